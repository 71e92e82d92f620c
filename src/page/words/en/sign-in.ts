export const signIn = {
  title: "Sign in",
  intro: "One personal mail to each of thousands of people, and an exact count of what became of each.",
  token: "API token",
  tokenHint:
    "API_TOKEN, as npm start prints it, or a token made under Tokens. It is not stored: the page gets a cookie for 12 hours.",
  submit: "Sign in",
  wrong: "This token is not known, or no longer valid.",
  link: "Signing in by the link…",
  linkWrong:
    "This link was used already, or is too old. Sign in with the token, or start the stack again for a new link.",
  ended: (name: string) =>
    `Your session is over: its 12 hours have passed, its token was revoked, API_TOKEN was changed, or somebody signed out in another tab. Sign in again: as ${name} you go on where you were, and what you typed is still there.`,
  leave: "Leave instead",
  unreachable: "The server does not answer.",
  asksAgain: "This page asks again every few seconds, and opens when there is an answer.",
};
