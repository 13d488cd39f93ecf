import { Quaternion, Vector3 } from "three";

/** (w, x, y, z): a camera's axes are X right, Y forward, Z up. */
export type StageQuaternion = [number, number, number, number];

/** A three.js camera looks along -Z with Y up; a stage camera along +Y with Z up: a quarter turn about X. */
const STAGE_FROM_THREE_CAMERA = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), Math.PI / 2);

export function quaternionOf([w, x, y, z]: StageQuaternion): Quaternion {
  return new Quaternion(x, y, z, w);
}

/** The orientation of a three.js camera that looks as the stage camera does. */
export function threeCameraQuaternion(orientation: StageQuaternion): Quaternion {
  return quaternionOf(orientation).multiply(STAGE_FROM_THREE_CAMERA);
}

const DEG = 180 / Math.PI;

/** Degrees: pan positive turns left, tilt positive looks up, roll positive clockwise seen from behind. */
export function panTiltRollDeg(orientation: StageQuaternion): [number, number, number] {
  const turn = quaternionOf(orientation);
  const right = new Vector3(1, 0, 0).applyQuaternion(turn);
  const forward = new Vector3(0, 1, 0).applyQuaternion(turn);
  const up = new Vector3(0, 0, 1).applyQuaternion(turn);
  const tilt = Math.asin(Math.min(1, Math.max(-1, forward.z))) * DEG;
  if (Math.abs(forward.z) > 1 - 1e-9) return [Math.atan2(right.y, right.x) * DEG, tilt, 0];
  return [Math.atan2(-forward.x, forward.y) * DEG, tilt, Math.atan2(-right.z, up.z) * DEG];
}
