export const relays = {
  title: "Relays",
};
