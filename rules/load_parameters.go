package rules

// parameters checks the names that values of the workspace go by.
func (c *checker) parameters() {
	first := map[string]int{}
	for i, p := range c.v.Parameters {
		place := at{"parameters", i}
		c.label(place.in("label"), p.Label)
		if p.ID == "" {
			continue
		}
		if !parameterForm.MatchString(p.ID) {
			c.wrong(place.in("id"), "%q is not a parameter's name; use lower-case words joined by underscores, such as node_rate", p.ID)
		} else if other, again := first[p.ID]; again {
			c.wrong(place.in("id"), "the parameter %q stands here twice, first on line %d; remove one", p.ID, c.doc.Find("parameters", other, "id").Line)
		} else {
			first[p.ID] = i
		}
	}
}

// parameter finds a declared parameter.
func (c *checker) parameter(id string) *Parameter {
	for i := range c.v.Parameters {
		if c.v.Parameters[i].ID == id {
			return &c.v.Parameters[i]
		}
	}
	return nil
}

func (c *checker) unusedParameters() {
	if c.stray || len(c.v.Rules) == 0 || !c.decoded(at{"rules"}) || !c.decoded(at{"caps"}) {
		return // who is to use it may be there, and was told
	}
	used := c.v.usedParameters()
	for i, p := range c.v.Parameters {
		if !used[p.ID] && parameterForm.MatchString(p.ID) && c.clean(at{"parameters", i}) {
			c.wrong(at{"parameters", i, "id"}, "no rule or cap uses the parameter %q; remove it, or name it as a rate or share", p.ID)
		}
	}
}

// usedParameters lists the parameters that some rate names.
func (v *Version) usedParameters() map[string]bool {
	used := map[string]bool{}
	use := func(r Rates) {
		if r.One != nil {
			used[r.One.Parameter] = true
		}
		for _, t := range r.ByTier {
			used[t.Rate.Parameter] = true
		}
	}
	for i := range v.Rules {
		r := &v.Rules[i]
		use(r.Amount.Rate)
		use(r.Amount.Share)
		use(r.AtMost)
		if r.Amount.Times != nil {
			use(Rates{One: r.Amount.Times.Below})
		}
	}
	for i := range v.Caps {
		use(v.Caps[i].AtMost)
	}
	return used
}

// rates checks values that are all amounts or all shares, and the tiers by which
// they are given.
func (c *checker) rates(p at, r Rates, kind ParameterKind, tiers []string) {
	if r.One != nil {
		c.rate(p, *r.One, kind)
	}
	for _, t := range r.ByTier {
		c.rate(p.in(t.Tier), t.Rate, kind)
		c.tier(p.in(t.Tier), t.Tier, tiers)
	}
}

func (c *checker) rate(p at, r Rate, kind ParameterKind) {
	switch {
	case r.Parameter != "":
		declared := c.parameter(r.Parameter)
		if declared == nil {
			c.stray = true
			c.wrong(p, "the parameter %q is not declared; declare it under parameters, or write a number", r.Parameter)
		} else if declared.Kind != kind && declared.Kind != "" {
			c.stray = true
			c.wrong(p, "the parameter %q is declared as %s, and %s is needed here; use another or change its kind", r.Parameter, withArticle(declared.Kind), withArticle(kind))
		}
	case kind == ParameterShare && !r.Share:
		c.wrong(p, "%s has no percent sign; write a percentage, such as 20%%", r.Value)
	case kind == ParameterAmount && r.Share:
		c.wrong(p, "%s is a percentage, and dollars are needed here; write them as 150.00", showShare(ExactOf(r.Value)))
	}
}

func withArticle(k ParameterKind) string {
	if k == ParameterAmount {
		return "an amount"
	}
	return "a share"
}
