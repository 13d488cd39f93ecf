import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  Group,
  Line,
  LineBasicMaterial,
  LineSegments,
  type Sprite,
} from "three";
import { type CameraState, Validity } from "../generated/records";
import { label } from "./label";
import { quaternionOf } from "./pose";

const FRUSTUM_M = 1.4;
const TRAIL_POINTS = 300;
const COLORS: Record<Validity, string> = {
  [Validity.LIVE]: "#35d07f",
  [Validity.STALE]: "#ffb020",
  [Validity.LOST]: "#ff5d5d",
};
const WORDS: Record<Validity, string> = {
  [Validity.LIVE]: "",
  [Validity.STALE]: " STALE",
  [Validity.LOST]: " LOST",
};

/** A camera in the 3-D view: what it sees as a pyramid, and where it has been. */
export class TrackedCameraModel {
  readonly group = new Group();
  private readonly pyramid = new LineSegments(new BufferGeometry(), new LineBasicMaterial());
  private readonly trail: Line;
  private readonly path = new Float32Array(TRAIL_POINTS * 3);
  private points = 0;
  private sign: Sprite | null = null;
  private validity: Validity | null = null;

  constructor(private readonly name: string) {
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(this.path, 3).setUsage(DynamicDrawUsage));
    this.trail = new Line(geometry, new LineBasicMaterial({ color: "#58a6ff" }));
    this.trail.frustumCulled = false;
    this.pyramid.frustumCulled = false;
    this.group.add(this.pyramid, this.trail);
  }

  /** Move to where the newest frame has it. */
  follow(state: CameraState): void {
    this.pyramid.position.set(...state.position_m);
    this.pyramid.quaternion.copy(quaternionOf(state.orientation));
    this.pyramid.geometry.setAttribute("position", new BufferAttribute(pyramidLines(state), 3));
    this.mark(state.validity);
    this.sign?.position.set(state.position_m[0], state.position_m[1], state.position_m[2] + 0.1);
    this.remember(state.position_m);
  }

  private mark(validity: Validity): void {
    if (validity === this.validity) return;
    this.validity = validity;
    this.pyramid.material.color.set(COLORS[validity]);
    this.sign?.material.map?.dispose();
    this.sign?.removeFromParent();
    this.sign = label(`${this.name}${WORDS[validity]}`, COLORS[validity]);
    this.group.add(this.sign);
  }

  private remember(position: [number, number, number]): void {
    if (this.points === TRAIL_POINTS) this.path.copyWithin(0, 3);
    else this.points += 1;
    this.path.set(position, (this.points - 1) * 3);
    const { geometry } = this.trail;
    geometry.setDrawRange(0, this.points);
    (geometry.getAttribute("position") as BufferAttribute).needsUpdate = true;
  }
}

/** The edges of what the lens sees, 1.4 m deep, in the camera's own axes, and a mark at its upper edge. */
function pyramidLines({ sensor_mm, lens }: CameraState): Float32Array {
  const right = (FRUSTUM_M * sensor_mm[0]) / (2 * lens.focal_length_mm);
  const up = (FRUSTUM_M * sensor_mm[1]) / (2 * lens.focal_length_mm);
  const y = FRUSTUM_M;
  const corners: [number, number, number][] = [
    [-right, y, up],
    [right, y, up],
    [right, y, -up],
    [-right, y, -up],
  ];
  const lines: number[] = [];
  corners.forEach((corner, index) => {
    lines.push(0, 0, 0, ...corner, ...corner, ...(corners[(index + 1) % 4] ?? corner));
  });
  lines.push(-right / 3, y, up, 0, y, up * 1.35, 0, y, up * 1.35, right / 3, y, up);
  return new Float32Array(lines);
}
