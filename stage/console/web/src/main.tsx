import { render } from "preact";
import { followPictures } from "./link/pictures";
import { followState, linkState } from "./link/state";
import { Alerts } from "./panels/Alerts";
import { Graphs } from "./panels/Graphs";
import { HealthBar } from "./panels/HealthBar";
import { LostConnection } from "./panels/LostConnection";
import { BigPicture, PictureStrip } from "./panels/Pictures";
import { Processes } from "./panels/Processes";
import { StagePanel } from "./panels/StagePanel";
import { Trackers } from "./panels/Trackers";
import "./style.css";

function Console() {
  return (
    <>
      <HealthBar />
      <main class={linkState.value === "live" ? "desk" : "desk is-old"}>
        <BigPicture />
        <PictureStrip />
        <StagePanel />
        <Graphs />
        <div class="side">
          <Alerts />
          <Trackers />
          <Processes />
        </div>
      </main>
      <LostConnection />
    </>
  );
}

followState();
followPictures();
const root = document.getElementById("console");
if (root) render(<Console />, root);
