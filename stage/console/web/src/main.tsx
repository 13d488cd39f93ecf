import { effect, signal } from "@preact/signals";
import { type ComponentType, render } from "preact";
import { nextCameraFirst, toggleCameras } from "./cameras";
import { Door } from "./door/Door";
import { enterByAddress, learnWhoIAm, sayPage } from "./door/session";
import { HEALTH_KEYS, HealthPage } from "./health/HealthPage";
import { KeyList, toggleKeyList } from "./KeyList";
import { type Key, type KeyTable, pressKey } from "./keys";
import { give } from "./link/commands";
import { followPictures } from "./link/pictures";
import { followState, linkState } from "./link/state";
import { LOOK_KEYS, LookPage } from "./look/LookPage";
import { Toast } from "./look/Toast";
import { CamerasDialog } from "./panels/CamerasDialog";
import { LostConnection } from "./panels/LostConnection";
import { TopBar } from "./panels/TopBar";
import { WallCover } from "./panels/WallCover";
import { PhonePage } from "./phone/PhonePage";
import { SHOOT_KEYS, ShootPage } from "./shoot/ShootPage";
import { toggleBlack, toggleHold, togglePattern } from "./show";
import { STAGE_KEYS, StagePage } from "./stage/StagePage";
import "./styles";
import { TAKES_KEYS, TakesPage } from "./takes/TakesPage";

interface Page {
  name: string;
  title: string;
  Body: ComponentType;
  keys: readonly Key[];
}

const SHOOT: Page = { name: "shoot", title: "Shoot", Body: ShootPage, keys: SHOOT_KEYS };
const PHONE: Page = { name: "phone", title: "Phone", Body: PhonePage, keys: [] };
const PAGES: readonly Page[] = [
  SHOOT,
  { name: "look", title: "Look", Body: LookPage, keys: LOOK_KEYS },
  { name: "takes", title: "Takes", Body: TakesPage, keys: TAKES_KEYS },
  { name: "stage", title: "Stage", Body: StagePage, keys: STAGE_KEYS },
  { name: "health", title: "Health", Body: HealthPage, keys: HEALTH_KEYS },
  PHONE,
];
/** Narrower screens begin with the page for a hand. */
const HAND = "(max-width: 599px)";

const EVERYWHERE: KeyTable = {
  title: "On every page",
  keys: [
    { key: "h", does: "hold the picture, or continue", act: toggleHold },
    { key: "b", does: "walls black, or back to the picture", act: toggleBlack },
    { key: "p", does: "test pattern, or back to the picture", act: togglePattern },
    { key: "u", does: "undo", act: () => void give("look.undo") },
    { key: "r", does: "redo", act: () => void give("look.redo") },
    { key: "m", does: "cameras: on or off, first, on air", act: toggleCameras },
    { key: "q", does: "next camera first", act: nextCameraFirst },
    { key: ",", does: "previous page", act: () => stepPage(-1) },
    { key: ".", does: "next page", act: () => stepPage(1) },
    { key: "?", does: "this list", act: toggleKeyList },
  ],
};

const page = signal<Page>(pageOfAddress());
effect(() => {
  document.body.dataset.page = page.value.name;
  sayPage(page.value.name);
});

function pageOfAddress(): Page {
  return PAGES.find(({ name }) => name === window.location.hash.slice(1)) ?? firstPage();
}

function firstPage(): Page {
  return window.matchMedia(HAND).matches ? PHONE : SHOOT;
}

function stepPage(by: number): void {
  const at = PAGES.indexOf(page.value);
  window.location.hash = (PAGES[(at + by + PAGES.length) % PAGES.length] ?? SHOOT).name;
}

function tables(): KeyTable[] {
  return [{ title: page.value.title, keys: page.value.keys }, EVERYWHERE];
}

function Console() {
  const { name, Body } = page.value;
  return (
    <>
      <TopBar pages={PAGES} here={name} />
      <main class={`${name}-page${linkState.value === "live" ? "" : " is-old"}`} inert={linkState.value === "lost"}>
        <Body />
      </main>
      <CamerasDialog />
      <WallCover />
      <Toast />
      <KeyList tables={tables()} />
      <LostConnection />
      <Door />
    </>
  );
}

window.addEventListener("hashchange", () => {
  page.value = pageOfAddress();
});
window.addEventListener("keydown", (event) => pressKey(event, tables()));
void enterByAddress().then(() => {
  void learnWhoIAm();
  followState();
  followPictures();
});
const root = document.getElementById("console");
if (root) render(<Console />, root);
