export const compose = {
  title: "New push",
};
