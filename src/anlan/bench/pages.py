"""How fast the pages open that people without a desk open first: Lighthouse, mobile preset, slow phone and network simulated."""

from __future__ import annotations

import statistics

from anlan.commands import serving

from .ground import Ground
from .intake import _free_port, _process, _wait
from .lighthouse import judge
from .results import Figure, Report

DATABASE = "bench_pages"
ROUNDS, LEAST = 5, 95
PAGES = {"report": ("/public/report/", "the resident's report"), "field": ("/field/app/", "the field app's shell")}
NOTES = (
    "Lighthouse's performance score, median of the rounds, as `anlan up` serves the page; browser, server and database share the"
    " processors, so on a busy machine it says little.",
    "Each round begins with an empty browser: nothing is cached, no service worker is installed.",
)


def measure(ground: Ground, scale: float) -> Report:
    rounds = ROUNDS if scale == 1 else 1
    report = Report("pages", {"rounds": rounds, "pages": len(PAGES)}, list(NOTES))
    ground.fresh(DATABASE)
    port = _free_port()
    web = serving._parts("127.0.0.1", port)[0]
    with _process(list(web.command), {**web.environment, "ANLAN_DATABASE_URL": ground.address(DATABASE)}):
        _wait(port)
        for name, (path, what) in PAGES.items():
            scores = [judge(f"http://127.0.0.1:{port}{path}", ("performance",), throttled=True).scores["performance"]
                      for _round in range(rounds)]
            report.figures.append(Figure(name, f"{what}: performance", statistics.median(scores), "points", "at least", LEAST,
                                         None, None, min(scores), max(scores)))
    ground.drop(DATABASE)
    return report
