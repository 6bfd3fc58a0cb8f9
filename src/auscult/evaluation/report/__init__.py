"""Run folders as pictures and one page: learning curves, scores side by side, groups, spectrograms before and after."""
