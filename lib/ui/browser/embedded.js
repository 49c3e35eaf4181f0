// In a frame of another web page, a line that leads out of it: to the same view in a tab of its own.

const embeds = (name) => name.startsWith("embed"); // also Streamlit's embed_options

if (new URL(location).searchParams.get("embed") === "true") {
  const link = Object.assign(document.createElement("a"), {
    className: "way-out",
    target: "_blank",
    rel: "noopener",
    textContent: "Open in Glass Box",
  });
  const aim = () => {
    const view = new URL(location);
    for (const name of [...view.searchParams.keys()].filter(embeds)) view.searchParams.delete(name);
    link.href = view;
  };
  for (const about of ["pointerenter", "focus", "click"]) link.addEventListener(about, aim);
  aim();
  document.body.append(link);
}
