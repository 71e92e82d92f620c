export const suppressions = {
  title: "Suppressions",
};
