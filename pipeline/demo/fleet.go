package demo

import (
	"fmt"

	"fleetpay/rules"
)

// stay is a node's time under one operator, both days included.
type stay struct {
	node, operator string
	from, to       rules.Date // to is the demo's last day for a stay that goes on
	ends           bool       // the node is switched off, or handed over, after to
}

// fleet is the demo's master data as its generators need it.
type fleet struct {
	operators []string // ids, in byte order
	joined    map[string]rules.Date
	left      map[string]rules.Date // last active day, of those who leave
	stays     []stay                // by node, then from
	outages   []outage              // by node, then start
	incidents []incident
}

// newFleet reads the embedded tables and draws the fleet's outages.
func newFleet() (*fleet, error) {
	f := &fleet{joined: map[string]rules.Date{}, left: map[string]rules.Date{}}
	operators, err := exportOf("operators", months[len(months)-1].String())
	if err != nil {
		return nil, err
	}
	for _, row := range operators[1:] {
		id := row[0]
		f.operators = append(f.operators, id)
		if f.joined[id], err = rules.ParseDate(row[3]); err != nil {
			return nil, fmt.Errorf("operator %s: %w", id, err)
		}
		if row[7] != "" {
			if f.left[id], err = rules.ParseDate(row[7]); err != nil {
				return nil, fmt.Errorf("operator %s: %w", id, err)
			}
		}
	}
	if err := f.readStays(); err != nil {
		return nil, err
	}
	f.drawOutages()
	f.drawIncidents()
	return f, nil
}

func (f *fleet) readStays() error {
	nodes, err := readTable("files/data/nodes.csv")
	if err != nil {
		return err
	}
	for _, row := range nodes[1:] {
		s := stay{node: row[0], operator: row[1], to: lastDay()}
		if s.from, err = rules.ParseDate(row[2]); err != nil {
			return fmt.Errorf("node %s: %w", s.node, err)
		}
		if row[3] != "" {
			s.ends = true
			if s.to, err = rules.ParseDate(row[3]); err != nil {
				return fmt.Errorf("node %s: %w", s.node, err)
			}
		}
		if left, ok := f.left[s.operator]; ok && left < s.to {
			s.to, s.ends = left, true
		}
		f.stays = append(f.stays, s)
	}
	return nil
}

// activeOn tells whether an operator is active on a day.
func (f *fleet) activeOn(operator string, day rules.Date) bool {
	left, leaves := f.left[operator]
	return f.joined[operator] <= day && (!leaves || day <= left)
}

func lastDay() rules.Date { return months[len(months)-1].Last() }
