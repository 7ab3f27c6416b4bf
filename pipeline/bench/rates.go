package main

import (
	"context"
	"fmt"
	"time"

	"fleetpay/rules"
)

const settledOperators = 10_000

// measureRates prints operators settled a second and documents written a second.
func measureRates(ctx context.Context, o options) error {
	rulebook, err := builtinRules()
	if err != nil {
		return err
	}
	facts, err := factsOf(settledOperators, nodesPerOperator)
	if err != nil {
		return err
	}
	start := time.Now()
	book, err := rules.Settle(facts, rulebook)
	if err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Printf("operators settled a second: %s (%s in %s)\n", thousands(perSecond(settledOperators, took)), thousands(settledOperators), seconds(took))
	fmt.Printf("  (%s lines of operators with %d nodes each)\n\n", thousands(int64(len(book.Lines))), nodesPerOperator)
	return measureDocuments(ctx, o)
}

func builtinRules() (*rules.Rulebook, error) {
	versions, err := rules.Builtin()
	if err != nil {
		return nil, err
	}
	return rules.NewRulebook(versions)
}

func perSecond(n int, took time.Duration) int64 { return int64(n) * int64(time.Second) / int64(took) }
