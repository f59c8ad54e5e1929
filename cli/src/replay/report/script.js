"use strict";
// Scores the pattern table again by the weights and thresholds of the sliders, as the gate would.
(() => {
  const data = JSON.parse(document.getElementById("kyc-gate-patterns").textContent);
  const section = document.getElementById("try");
  const inputs = [...section.querySelectorAll("input")];
  const ACCEPT = 0, REVIEW = 1, REJECT = 2;

  const score = (failed, weights) => {
    let points = 100;
    for (let check = 0; check < weights.length; check += 1) {
      if ((failed >> check) & 1) points -= weights[check];
    }
    return Math.max(0, points);
  };

  const decide = (points, thresholds) => {
    if (points >= thresholds.acceptAbove) return ACCEPT;
    return points < thresholds.rejectBelow ? REJECT : REVIEW;
  };

  const count = (settings) => {
    const counts = [...data.fixed];
    for (const [identity, address, lifts, worst, posts] of data.patterns) {
      let decision = decide(score(identity, settings.identity.weights), settings.identity);
      if (address >= 0) {
        decision = Math.max(decision, decide(score(address, settings.address.weights), settings.address));
      }
      if (decision === REVIEW && lifts) decision = ACCEPT;
      counts[Math.max(decision, worst)] += posts;
    }
    return counts;
  };

  const settings = () => {
    const read = { identity: { weights: [] }, address: { weights: [] } };
    for (const input of inputs) {
      const proof = read[input.dataset.proof];
      if (input.dataset.check) proof.weights[Number(input.dataset.check)] = Number(input.value);
      else proof[input.dataset.threshold] = Number(input.value);
    }
    for (const proof of ["identity", "address"]) {
      for (const name of ["rejectBelow", "acceptAbove"]) read[proof][name] ??= data.address[name];
    }
    return read;
  };

  const show = () => {
    const counts = count(settings());
    const total = counts.reduce((sum, posts) => sum + posts, 0);
    for (const row of section.querySelectorAll("tr[data-state]")) {
      const posts = counts[Number(row.dataset.state)];
      const share = total === 0 ? 0 : (posts * 100) / total;
      const change = share - Number(row.dataset.share);
      row.querySelector(".posts").textContent = posts.toLocaleString("en");
      row.querySelector(".share").textContent = `${share.toFixed(1)}%`;
      row.querySelector(".change").textContent = Math.abs(change) < 0.05 ? "0.0" : (change > 0 ? "+" : "\u2212") + Math.abs(change).toFixed(1);
    }
    for (const input of inputs) {
      const label = input.closest("label");
      label.querySelector("output").textContent = input.value;
      label.classList.toggle("changed", input.value !== input.dataset.proposed);
    }
  };

  // A proof must not be rejected above the score from which it is accepted.
  const keepOrder = (moved) => {
    if (!moved.dataset.threshold) return;
    const other = inputs.find((input) => input.dataset.proof === moved.dataset.proof && input.dataset.threshold
      && input.dataset.threshold !== moved.dataset.threshold);
    const isReject = moved.dataset.threshold === "rejectBelow";
    if (isReject ? Number(moved.value) > Number(other.value) : Number(moved.value) < Number(other.value)) {
      other.value = moved.value;
    }
  };

  for (const input of inputs) input.addEventListener("input", () => { keepOrder(input); show(); });
  for (const button of section.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const input of inputs) input.value = input.dataset[button.dataset.as];
      show();
    });
  }
  section.hidden = false;
  show();
})();
