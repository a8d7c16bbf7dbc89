package health

// Indicators gives what Fit learns from: the points of every indicator by account, 50 where missing, the outcomes and the folds.
func (p *Policy) Indicators(t *Table, id string, o Outcome) (points [][]float64, happened []bool, folds []int, err error) {
	c, err := t.cases(id, o)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := p.snapshot(c)
	if err != nil {
		return nil, nil, nil, err
	}
	points, _ = s.points(c)
	for i := range c.rows {
		folds = append(folds, foldOf(c.name(i)))
	}
	return points, c.happened, folds, nil
}
