// What two samples of times have in common.

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}

/// The faster half: what is slower is the machine's doing.
function trimmed(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted.subarray(0, Math.ceil(sorted.length / 2));
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: variance / values.length };
}

/// The probability that a value of `b` is larger than one of `a`, ties counting half: one half when nothing tells them
/// apart (Mann and Whitney's U over the number of pairs).
function probability(a, b) {
  const all = [...Array.from(a, (value) => [value, 0]), ...Array.from(b, (value) => [value, 1])].sort((x, y) => x[0] - y[0]);
  let ranks = 0;
  for (let from = 0, to; from < all.length; from = to) {
    for (to = from; to < all.length && all[to][0] === all[from][0];) to++;
    for (let at = from; at < to; at++) if (all[at][1]) ranks += (from + to + 1) / 2;
  }
  return (ranks - (b.length * (b.length + 1)) / 2) / (a.length * b.length);
}

/// How `b` differs from `a`: of the medians, Welch's t of the faster halves, and how often it is slower.
export function compare(a, b) {
  const [one, other] = [moments(trimmed(a)), moments(trimmed(b))];
  return {
    difference: median(b) - median(a),
    t: (other.mean - one.mean) / Math.sqrt(one.error + other.error),
    slower: probability(a, b),
  };
}
