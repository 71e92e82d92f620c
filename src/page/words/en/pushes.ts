export const pushes = {
  title: "Pushes",
};
