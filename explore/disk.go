package explore

import "context"

type savedLevel struct{}

func runOnDisk[S comparable, A any](ctx context.Context, sys System[S, A], o Options[S, A]) *Result[S, A] {
	panic("todo")
}
