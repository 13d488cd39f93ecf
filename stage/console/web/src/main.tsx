import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { followPictures } from "./link/pictures";
import { followState, linkState } from "./link/state";
import { LookPage, onLookKey } from "./look/LookPage";
import { Toast } from "./look/Toast";
import { Alerts } from "./panels/Alerts";
import { Graphs } from "./panels/Graphs";
import { HealthBar } from "./panels/HealthBar";
import { LostConnection } from "./panels/LostConnection";
import { BigPicture, PictureStrip } from "./panels/Pictures";
import { Processes } from "./panels/Processes";
import { StagePanel } from "./panels/StagePanel";
import { Trackers } from "./panels/Trackers";
import "./style.css";
import "./look/look.css";

const PAGES = { health: "Health", look: "Look" } as const;
type Page = keyof typeof PAGES;

const page = signal<Page>(pageOfAddress());
effect(() => {
  document.body.dataset.page = page.value;
});

function pageOfAddress(): Page {
  const name = window.location.hash.slice(1);
  return name in PAGES ? (name as Page) : "health";
}

function Console() {
  const old = linkState.value === "live" ? "" : " is-old";
  return (
    <>
      <HealthBar />
      <nav class="pages" aria-label="Pages">
        {Object.entries(PAGES).map(([name, title]) => (
          <a key={name} href={`#${name}`} aria-current={page.value === name ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {page.value === "look" ? (
        <main class={`look-desk${old}`}>
          <LookPage />
        </main>
      ) : (
        <main class={`desk${old}`}>
          <HealthPage />
        </main>
      )}
      <Toast />
      <LostConnection />
    </>
  );
}

function HealthPage() {
  return (
    <>
      <BigPicture />
      <PictureStrip />
      <StagePanel />
      <Graphs />
      <div class="side">
        <Alerts />
        <Trackers />
        <Processes />
      </div>
    </>
  );
}

window.addEventListener("hashchange", () => {
  page.value = pageOfAddress();
});
window.addEventListener("keydown", (event) => {
  if (page.value === "look") onLookKey(event);
});
followState();
followPictures();
const root = document.getElementById("console");
if (root) render(<Console />, root);
