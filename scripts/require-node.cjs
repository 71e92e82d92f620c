// Preloaded before a .ts script: a Node that cannot run it says so in words instead of ERR_UNKNOWN_FILE_EXTENSION.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This is Node ${process.versions.node}; mailpush's scripts need 22.18 or newer.\n` +
      "`npm ci` puts Node 24 into node_modules and `npm run` uses it: run `npm ci` (without --ignore-scripts),\n" +
      "then start scripts with `npm run`.",
  );
  process.exit(1);
}
