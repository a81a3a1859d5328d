// Reads a feed from standard input with podcast-partytime, writes what it found as JSON.
// Its folder is the only argument.
const { readFileSync } = require("node:fs");
process.env.LOG = "silent";
const { parseFeed } = require(process.argv[2]);
const feed = parseFeed(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(feed));
