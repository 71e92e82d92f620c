export const push = {
  title: "Push",
};
