import { MathUtils, PerspectiveCamera, Vector3, WebGLRenderer } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { CameraState, FixtureState, Frame, StageDescription } from "../generated/records";
import { threeCameraQuaternion } from "./pose";
import { StageScene } from "./stage_scene";

/** How the stage is looked at: freely, from above, or through a camera (by its name). */
export type Viewpoint = { kind: "free" } | { kind: "top" } | { kind: "camera"; name: string };

const FIELD_DEG = 40;
const FREE_DIRECTION = new Vector3(-0.3, -1, 0.55).normalize();
const TOP_DIRECTION = new Vector3(0, -0.001, 1).normalize();
const MARGIN = 1.25;

/** The 3-D view on a canvas. It draws only when something changed. Throws where there is no WebGL. */
export class StageView {
  private readonly renderer: WebGLRenderer;
  private readonly eye = new PerspectiveCamera(FIELD_DEG, 1, 0.05, 500);
  private readonly controls: OrbitControls;
  private readonly stage: StageScene;
  private viewpoint: Viewpoint = { kind: "free" };
  private frame: Frame | null = null;
  private dirty = true;
  private handle = 0;

  constructor(canvas: HTMLCanvasElement, description: StageDescription) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: "low-power" });
    this.stage = new StageScene(description);
    this.eye.up.set(0, 0, 1);
    this.controls = new OrbitControls(this.eye, canvas);
    this.controls.addEventListener("change", () => {
      this.dirty = true;
    });
    this.look({ kind: "free" });
    const turn = () => {
      this.handle = requestAnimationFrame(turn);
      if (this.dirty) this.draw();
    };
    turn();
  }

  /** The canvas has a new size, in CSS pixels. */
  resize(width: number, height: number): void {
    if (width < 1 || height < 1) return;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.eye.aspect = width / height;
    if (this.viewpoint.kind === "camera") this.lookThrough(this.viewpoint.name);
    else this.look(this.viewpoint);
  }

  follow(frame: Frame): void {
    this.frame = frame;
    this.stage.follow(frame);
    if (this.viewpoint.kind === "camera") this.lookThrough(this.viewpoint.name);
    this.dirty = true;
  }

  light(fixtures: readonly FixtureState[]): void {
    this.stage.light(fixtures);
    this.dirty = true;
  }

  show(picture: ImageBitmap, output: string): void {
    this.dirty = this.stage.show(picture, output) || this.dirty;
  }

  /** Go to a viewpoint. */
  look(viewpoint: Viewpoint): void {
    this.viewpoint = viewpoint;
    this.stage.showMarks(viewpoint.kind !== "camera");
    this.controls.enabled = viewpoint.kind !== "camera";
    if (viewpoint.kind === "camera") this.lookThrough(viewpoint.name);
    else this.lookAtAll(viewpoint.kind === "top" ? TOP_DIRECTION : FREE_DIRECTION);
    this.dirty = true;
  }

  dispose(): void {
    cancelAnimationFrame(this.handle);
    this.controls.dispose();
    this.stage.dispose();
    this.renderer.dispose();
  }

  private draw(): void {
    this.dirty = false;
    this.renderer.render(this.stage.scene, this.eye);
  }

  /** Stand back along `direction` until every landmark is just in the picture, and aim at their middle. */
  private lookAtAll(direction: Vector3): void {
    this.eye.fov = FIELD_DEG;
    this.eye.updateProjectionMatrix();
    this.eye.up.set(0, 0, 1);
    this.eye.position.copy(direction);
    this.eye.lookAt(0, 0, 0);
    const fit = this.fit();
    const aim = new Vector3(fit.x, fit.y, fit.depth).applyQuaternion(this.eye.quaternion);
    this.controls.target.copy(aim);
    this.eye.position.copy(aim).addScaledVector(direction, fit.distance);
    this.controls.update();
  }

  /**
   * Where to stand, in the eye's own axes (x right, y up, z back): a landmark (x, y, z) is inside the picture when
   * |x - x0| <= tanRight (d - z), so x0 and d follow from the largest x + tanRight z and -x + tanRight z.
   */
  private fit(): { x: number; y: number; depth: number; distance: number } {
    const tanUp = Math.tan(MathUtils.degToRad(FIELD_DEG / 2)) / MARGIN;
    const tanRight = tanUp * this.eye.aspect;
    const inverse = this.eye.quaternion.clone().invert();
    const places = this.stage.landmarks.map((landmark) => landmark.clone().applyQuaternion(inverse));
    const most = (of: (place: Vector3) => number) => Math.max(...places.map(of));
    const right = most((place) => place.x + tanRight * place.z);
    const left = most((place) => -place.x + tanRight * place.z);
    const upper = most((place) => place.y + tanUp * place.z);
    const lower = most((place) => -place.y + tanUp * place.z);
    const stand = Math.max((right + left) / (2 * tanRight), (upper + lower) / (2 * tanUp));
    const depth = (most((place) => place.z) - most((place) => -place.z)) / 2;
    return { x: (right - left) / 2, y: (upper - lower) / 2, depth, distance: stand - depth };
  }

  private lookThrough(name: string): void {
    const state = this.frame?.cameras.find((camera) => camera.name === name);
    if (!state) return;
    this.eye.position.set(...state.position_m);
    this.eye.quaternion.copy(threeCameraQuaternion(state.orientation));
    this.eye.fov = fieldDeg(state, this.eye.aspect);
    this.eye.updateProjectionMatrix();
    this.dirty = true;
  }
}

/** The vertical field that shows the camera's whole picture on a canvas of another shape. */
function fieldDeg({ sensor_mm, lens }: CameraState, aspect: number): number {
  const tanUp = sensor_mm[1] / (2 * lens.focal_length_mm);
  const tanRight = sensor_mm[0] / (2 * lens.focal_length_mm);
  return MathUtils.radToDeg(2 * Math.atan(Math.max(tanUp, tanRight / aspect)));
}
