/** The page starts here. */

import { drawPage, followEntries } from "./ui/app";
import { catchEverything, say } from "./ui/messages";
import { listModels } from "./ui/models";
import { keepForLater } from "./ui/offline";
import { listenToKeys } from "./ui/player/keys";
import { listenToDrops, listExamples } from "./ui/source/files";
import { state } from "./ui/state";
import { texts } from "./ui/texts";

async function start(): Promise<void> {
  catchEverything();
  let problem: string | null = null;
  try {
    state.models = await listModels();
    state.chosen = { lung: state.models.lung.default, heart: state.models.heart.default };
  } catch {
    problem = texts().modelsMissing;
  }
  await listExamples();
  followEntries();
  listenToKeys();
  listenToDrops();
  drawPage();
  if (problem) say(problem);
  keepForLater();
}

void start();
