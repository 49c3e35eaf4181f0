// A room is on the server that its code leads to. Where there are several, it may open on another one, and after one was
// away its code leads elsewhere: the leader's tab keeps the course, and brings the room there.

const kept = (code) => `glass-box-room-${code}`;

export const keepCourse = (code, course) => sessionStorage.setItem(kept(code), course);
export const keptCourse = (code) => sessionStorage.getItem(kept(code)) ?? "";

/** Open the room where its code leads to, unless it is there. The leader's cookie says that this tab may. */
export async function bring(code, step) {
  const address = new URL(`./room/${code}`, document.baseURI);
  const options = { cache: "no-store", referrerPolicy: "no-referrer" };
  const said = await (await fetch(address, options)).json();
  if (said.step || !keptCourse(code)) return;
  await fetch(`${address}?step=${step}`, { ...options, method: "POST", body: keptCourse(code) });
}
