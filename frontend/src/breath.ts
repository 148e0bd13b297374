/** Let the browser see to events and paint, between portions of long work. */
export function breath(): Promise<void> {
  return new Promise((resolve) => {
    // A timer would wait longer than most portions take.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
