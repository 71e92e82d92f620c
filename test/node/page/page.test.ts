// One file, so that all of them share a stack: its start takes longer than most of them.
import "./sign-in.ts";
import "./every-view.ts";
import "./approval.ts";
import "./compose.ts";
import "./one-push.ts";
import "./watching.ts";
import "./import.ts";
import "./lists.ts";
import "./overfull.ts";
import "./keys.ts";
import "./faults.ts";
import "./hostile.ts";
import "./restart.ts";
import { useWorld } from "./world.ts";

useWorld();
