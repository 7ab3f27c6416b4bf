package rules

// Survey computes the figures of a settled period: what reports show beside its
// lines, payouts and measures. It is a pure function. past are the figures that
// the previous close hands on, empty for a first one; those that reports still
// show are among the result.
func Survey(f *Facts, b *Book, e *Evidence, rb *Rulebook, past []Figure) (*Figures, error) {
	return NewFigures(f.Period, past), nil
}
