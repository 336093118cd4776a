import "./styles/main.scss";
import "./styles/mark.svg?url";
import { startChecklists } from "./lib/checklist.ts";
import { startClocks } from "./lib/clock.ts";
import { startDrafts } from "./lib/drafts.ts";
import { startForms } from "./lib/forms.ts";
import { startHtmx } from "./lib/htmx.ts";
import { startLists } from "./lib/lists.ts";
import { startLiveBars } from "./lib/live.ts";
import { startMenus } from "./lib/menus.ts";
import { startPhotoInputs } from "./lib/photos.ts";
import { startShortcuts } from "./lib/shortcuts.ts";
import { startSignatures } from "./lib/signature.ts";
import { startToasts } from "./lib/toasts.ts";

// Drafts listen before forms are sent: what was typed is kept first, whatever becomes of the sending.
startDrafts();
startForms();
startMenus();
startToasts();
startClocks();
startShortcuts();
startLists();
startChecklists();
startPhotoInputs();
startSignatures();
startLiveBars();
startHtmx();
