package outputs

import (
	"bytes"
	"fmt"
	"sync"
	"text/template"
	"text/template/parse"

	"fleetpay/rules"
	"fleetpay/specs/templates"
)

// A report's template is a Go text/template whose text is Markdown. What it
// gives is read into blocks, from which both the PDF and the Markdown are set.
// Its Markdown is a part of the language: headings, paragraphs, lists with "- "
// or "- [ ] ", and paragraphs after "> " for what needs attention. Tables,
// charts and the like are put in by name and stand on a line of their own.
//
// Values are escaped as they go in, every one, and what is escaped is taken
// literally when the text is read: a name may hold any character.

// reportTemplates are the layouts, parsed once.
var reportTemplates = sync.OnceValues(func() (map[rules.Layout]*template.Template, error) {
	parsed := map[rules.Layout]*template.Template{}
	for _, layout := range []rules.Layout{rules.LeadsLayout, rules.ReferralsLayout, rules.FleetLayout} {
		name := "partner-report-" + string(layout) + ".md"
		text, err := templates.Reports.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if parsed[layout], err = parseReportTemplate(name, string(text), nil); err != nil {
			return nil, err
		}
	}
	return parsed, nil
})

// parseReportTemplate reads a template; further are functions beside those of
// every report.
func parseReportTemplate(name, text string, further template.FuncMap) (*template.Template, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(newPlacer().funcs()).Funcs(further).Parse(text)
	if err != nil {
		return nil, err
	}
	for _, x := range t.Templates() {
		escapeValues(x.Root)
	}
	return t, nil
}

// escapeValues makes every value of a template pass through inline.
func escapeValues(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			escapeValues(child)
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			call := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{parse.NewIdentifier("inline").SetPos(n.Pos)}}
			n.Pipe.Cmds = append(n.Pipe.Cmds, call)
		}
	case *parse.IfNode:
		escapeValues(n.List)
		escapeValues(n.ElseList)
	case *parse.RangeNode:
		escapeValues(n.List)
		escapeValues(n.ElseList)
	case *parse.WithNode:
		escapeValues(n.List)
		escapeValues(n.ElseList)
	}
}

// blockMark stands in a template's output for a block.
type blockMark string

// placer keeps the blocks that a template puts into its text.
type placer struct{ blocks []block }

func newPlacer() *placer { return &placer{} }

func (p *placer) funcs() template.FuncMap {
	return template.FuncMap{
		"inline": func(v any) string {
			if mark, ok := v.(blockMark); ok {
				return string(mark)
			}
			return escapeInline(fmt.Sprint(v))
		},
		"table": func(g *grid) blockMark {
			if g == nil {
				return ""
			}
			return p.place(g)
		},
		"values": func(list []pair) blockMark { return p.place(pairs{list}) },
		"chart": func(b block) blockMark {
			if b == nil {
				return ""
			}
			return p.place(b)
		},
		"signatures": func(labels ...string) blockMark { return p.place(signatures{labels}) },
	}
}

func (p *placer) place(b block) blockMark {
	p.blocks = append(p.blocks, b)
	return blockMark(fmt.Sprintf("\n\n{block %d}\n\n", len(p.blocks)-1))
}

// executeReport gives a template's blocks for a view.
func executeReport(t *template.Template, view any) ([]block, error) {
	t, err := t.Clone() // its functions are this report's own
	if err != nil {
		return nil, err
	}
	p := newPlacer()
	var out bytes.Buffer
	if err := t.Funcs(p.funcs()).Execute(&out, view); err != nil {
		return nil, err
	}
	blocks, err := parseBlocks(out.String(), p.blocks)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name(), err)
	}
	return blocks, nil
}
