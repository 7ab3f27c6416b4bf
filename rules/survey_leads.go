package rules

import (
	"maps"
	"slices"
)

// leadCounts are the leads of the fleet, of a partner or of a channel of one.
type leadCounts struct{ created, qualified, converted int64 }

func (c *leadCounts) count(l Lead, p Period) {
	if p.Contains(l.CreatedOn) {
		c.created++
	}
	if p.Contains(l.QualifiedOn) {
		c.qualified++
	}
	if p.Contains(l.ConvertedOn) {
		c.converted++
	}
}

// partnerLeads are a partner's leads.
type partnerLeads struct {
	leadCounts
	channels map[string]*leadCounts
	deals    []deal
	revenue  Money // of all deals
}

// deal is what a lead that converted in the period brought, to the cent.
type deal struct {
	lead    string
	revenue Money
}

// partnersLeads counts the leads of every partner.
func (s *survey) partnersLeads() map[string]*partnerLeads {
	leads := map[string]*partnerLeads{}
	for _, l := range s.evidence.Leads {
		if l.SourceKind != string(PartnerPayee) {
			continue
		}
		of := leads[l.SourceID]
		if of == nil {
			of = &partnerLeads{channels: map[string]*leadCounts{}}
			leads[l.SourceID] = of
		}
		channel := of.channels[l.Channel]
		if channel == nil {
			channel = &leadCounts{}
			of.channels[l.Channel] = channel
		}
		of.count(l, s.facts.Period)
		channel.count(l, s.facts.Period)
		if s.facts.Period.Contains(l.ConvertedOn) && l.Revenue != nil {
			d := deal{l.ID, ExactOf(*l.Revenue).Cents()}
			of.deals = append(of.deals, d)
			of.revenue = of.revenue.Add(d.revenue)
		}
	}
	return leads
}

// fleetLeads adds the leads of all sources.
func (on about) fleetLeads() {
	known := !on.s.facts.Absent["leads"]
	var all, partners leadCounts
	for _, l := range on.s.evidence.Leads {
		all.count(l, on.s.facts.Period)
		if l.SourceKind == string(PartnerPayee) {
			partners.count(l, on.s.facts.Period)
		}
	}
	if known {
		on.s.leadsCreated = all.created
		on.leadCounts(all)
		on.pieces(LeadsFromPartners, partners.created)
		on.leadShare(partners.created)
	}
	on.leadsToDate(all, known)
}

// leads adds those of a partner and of its channels, when they are known, and
// those of the year. of is nil without a lead.
func (on about) leads(of *partnerLeads, known bool) {
	if of == nil || !known {
		of = &partnerLeads{}
	}
	if known {
		on.leadCounts(of.leadCounts)
		on.leadShare(of.created)
		on.pieces(Deals, of.converted)
		on.dollars(DealRevenue, of.revenue)
	}
	on.leadsToDate(of.leadCounts, known)
	on.toDate(DealRevenue, of.revenue, known)
	for _, channel := range slices.Sorted(maps.Keys(of.channels)) {
		about{on.s, OfChannel, PartFigureID(on.id, channel)}.leadCounts(*of.channels[channel])
	}
	for _, d := range of.deals {
		about{on.s, OfLead, d.lead}.dollars(DealRevenue, d.revenue)
	}
}

// leadsToDate adds the year's leads: those up to the month before and this
// month's.
func (on about) leadsToDate(c leadCounts, known bool) {
	on.piecesToDate(LeadsCreated, c.created, known)
	on.piecesToDate(LeadsQualified, c.qualified, known)
	on.piecesToDate(LeadsConverted, c.converted, known)
}

func (on about) leadCounts(c leadCounts) {
	on.pieces(LeadsCreated, c.created)
	on.pieces(LeadsQualified, c.qualified)
	on.pieces(LeadsConverted, c.converted)
	on.add(ConversionRate, percentOf(ExactInt(c.converted), ExactInt(c.created)))
}

func (on about) leadShare(created int64) {
	on.add(LeadShare, percentOf(ExactInt(created), ExactInt(on.s.leadsCreated)))
}
