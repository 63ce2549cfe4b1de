/* What scripts add to pages that work without them. */

import "./copy.js";
import "./countdown.js";
import "./find.js";
import "./forms.js";
import "./live.js";
import "./menus.js";
import "./talk.js";
