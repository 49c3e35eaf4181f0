// Carries a resting position between Python and the transport of that name, apart from its large data.

import { leave, place } from "./transport.js";

export default ({ data, setStateValue }) => {
  place(data.name).heard(data, (report) => setStateValue("position", report));
  return () => leave(data.name);
};
