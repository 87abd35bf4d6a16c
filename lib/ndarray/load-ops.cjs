// ndarray-ops compiles all of its 150 operations when it is loaded. That takes as long as loading all the
// rest, and throws where JavaScript may not be made from text. So we load it at first use, which only `require`
// can do without waiting.
module.exports = () => require('ndarray-ops');
