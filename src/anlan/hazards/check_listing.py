"""核对挂牌督办的封存证明。用法：python3 check_listing.py proof.json；只用标准库，不联网。"""

import hashlib
import json
import sys


def sha(data):
    return hashlib.sha256(data).digest()


with open(sys.argv[1], encoding="utf-8") as file:
    proof = json.load(file)
faults = [] if proof["entries"] else ["没有记录"]
for count, e in enumerate(proof["entries"], 1):
    no, digest, link = e["no"], bytes.fromhex(e["digest"]), bytes.fromhex(e["link"])
    said, shown = e["content"], [str(e["n"]), e["verb"], e["at"]]
    if said is not None and sha("\x1f".join(said).encode()) != digest:
        faults.append(f"第{no}号：内容与摘要不符")
    if e["n"] != count or (said is not None and [said[2], said[3], said[8]] != shown):
        faults.append(f"第{no}号：次序、事项或时间与内容不符，或中间缺了记录")
    if sha(bytes.fromhex(e["previous"]) + no.to_bytes(8, "big") + digest) != link:
        faults.append(f"第{no}号：摘要与链值不符")
    for between in (e["anchor"] or {}).get("between") or []:
        no, link = no + 1, sha(link + (no + 1).to_bytes(8, "big") + bytes.fromhex(between))
    if e["anchor"] and e["anchor"]["between"] is not None and [no, link.hex()] != [e["anchor"]["no"], e["anchor"]["link"]]:
        faults.append(f"第{e['no']}号：走不到锚点")
print("\n".join(faults) or f"{len(proof['entries'])}条记录的内容、摘要、链值和锚点全部相符")
sys.exit(bool(faults))
