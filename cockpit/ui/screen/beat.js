// The server is there: what the wall's watchdog waits for.
export default function () {
  window.screenHeardAt = Date.now();
}
