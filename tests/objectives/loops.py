"""The papers' formulas as slow loops over single numbers, which is what the objectives are compared with."""

import torch


def supervised_contrast(z, labels, temperature, denominator):
    """S4's eq. 2, one term after the other; a mean in place of its sum over i.

    In eq. 2 the sum below the fraction runs over N(i), those with another label; ``all`` adds the positives, as the released
    code does. An i without p, or without anything below the fraction, has no term.
    """
    index = [i for i in range(len(z)) if labels[i] != -1]
    terms = []
    for i in index:
        positives = [p for p in index if p != i and labels[p] == labels[i]]
        below = [n for n in index if labels[n] != labels[i]]
        if denominator == "all":
            below += positives
        if positives and below:
            ratios = [
                torch.exp(z[i].dot(z[p]) / temperature) / sum(torch.exp(z[i].dot(z[n]) / temperature) for n in below)
                for p in positives
            ]
            terms.append(-1 / len(positives) * sum(torch.log(ratio) for ratio in ratios))
    return sum(terms) / len(terms) if terms else 0.0 * z.sum()


def nt_xent(z, temperature):
    """SimCLR's algorithm 1: views k and N + k are a pair; ℓ(i, j) averaged over both directions of all pairs."""
    half = len(z) // 2

    def term(i, j):
        below = sum(torch.exp(z[i].dot(z[k]) / temperature) for k in range(2 * half) if k != i)
        return -torch.log(torch.exp(z[i].dot(z[j]) / temperature) / below)

    return sum(term(k, half + k) + term(half + k, k) for k in range(half)) / (2 * half)


def cross_entropy(logits, truth, counts):
    """−Σ_i w_{y_i} log p_{i, y_i} / Σ_i w_{y_i} with w_c = 1 / n_c."""
    terms = [-torch.log(torch.exp(row[y]) / torch.exp(row).sum()) / counts[y] for row, y in zip(logits, truth, strict=True)]
    return sum(terms) / sum(1 / counts[y] for y in truth)


def info_nce(anchors, partners, temperature):
    """−mean over i of log( e^{s⁺/τ} / (e^{s⁺/τ} + Σ_k e^{s⁻_k/τ}) ), one number at a time."""
    total = 0.0
    for anchor, (positive, *negatives) in zip(anchors, partners, strict=True):
        above = torch.exp(anchor.dot(positive) / temperature)
        below = above + sum(torch.exp(anchor.dot(negative) / temperature) for negative in negatives)
        total = total - torch.log(above / below)
    return total / len(anchors)


def view_contrast(anchors, targets, labels, temperature):
    """−mean over i of 1/|P(i)| Σ_p log( e^{z_i·t_p/τ} / Σ_a e^{z_i·t_a/τ} ), P(i) the targets with the label of i."""
    index = [i for i in range(len(anchors)) if labels[i] != -1]
    total = 0.0
    for i in index:
        below = sum(torch.exp(anchors[i].dot(targets[a]) / temperature) for a in index)
        positives = [p for p in index if labels[p] == labels[i]]
        ratios = [torch.log(torch.exp(anchors[i].dot(targets[p]) / temperature) / below) for p in positives]
        total = total - sum(ratios) / len(positives)
    return total / len(index)


def patient_terms(z, patients):
    """PAFA's two terms, with a loop over all pairs of patients."""
    members = {p: [i for i in range(len(z)) if patients[i] == p] for p in sorted({*patients} - {-1})}
    centres = {p: sum(z[i] for i in rows) / len(rows) for p, rows in members.items()}
    within = sum(((z[i] - centres[p]) ** 2).sum() for p, rows in members.items() for i in rows)
    between = sum(((centres[p] - centres[q]) ** 2).sum() for p in centres for q in centres if p < q)
    middle = sum(centres.values()) / len(centres)
    return within / (between + 1e-6), sum(((centre - middle) ** 2).sum() for centre in centres.values()) / len(centres)
