import { Sign } from "../icons";
import { shelves } from "../link/state";
import { fixed } from "../words";

/** Where the cameras' poses are sent on to; nothing where the stage sends none. */
export function SendRows() {
  const sends = Object.values(shelves.send.value);
  if (sends.length === 0) return null;
  return (
    <>
      <thead>
        <tr>
          <th>sent on</th>
          <th>to</th>
          <th>cameras</th>
          <th>state</th>
        </tr>
      </thead>
      <tbody>
        {sends.map((send) => (
          <tr key={send.name} data-send={send.name}>
            <th scope="row">{send.name}</th>
            <td class="number">
              {send.protocol}
              <br />
              <small>{send.to}</small>
            </td>
            <td>{send.cameras.join(", ")}</td>
            <td>
              {send.error ? (
                <Sign mood="warning" word="fails" />
              ) : (
                <Sign
                  mood={send.rate_hz > 0 ? "good" : "idle"}
                  word={send.rate_hz > 0 ? "sending" : "nothing to send"}
                />
              )}
              <br />
              <small class="number">{send.error || `${fixed(send.rate_hz, 0)} /s`}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </>
  );
}
