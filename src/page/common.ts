// What nearly every view is made of, for the bundler: in one file it takes less to load than in one for each set of views
// that share it.
import "./app/data/gather.ts";
import "./app/data/load.ts";
import "./app/focus.ts";
import "./app/time/clock.ts";
import "./app/time/format.ts";
import "./app/time/settled.ts";
import "./parts/audience.ts";
import "./parts/card.tsx";
import "./parts/forms/copy-code.tsx";
import "./parts/forms/dialog.tsx";
import "./parts/forms/field.tsx";
import "./parts/forms/needs.tsx";
import "./parts/forms/select.tsx";
import "./parts/lists/read.tsx";
import "./parts/signs/notice.tsx";
import "./parts/signs/said.tsx";
import "./parts/signs/time.tsx";
