// Beside the link of a room that has just been opened: draws nothing, and brings the room to where its code leads.

import { bring, keepCourse } from "./bring.js";
import { component } from "./component.js";

class Brought {
  static from = ({ code }) => [code];

  constructor(_root, { link, code, course }) {
    keepCourse(code, course);
    fetch(link, { redirect: "manual", cache: "no-store" }) // which makes this browser the room's leader
      .then(() => bring(code, 1))
      .catch(() => {}); // the server is away: the leader's page brings it
  }

  update() {}
  end() {}
}

export default component(Brought);
