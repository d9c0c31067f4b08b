package cluster

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/tcpcheck/tcpcheck/explore"
)

const (
	searchWorkflow = "search"
	driveActivity  = "drive"
	stoppedWorker  = "stopped" // the type of an error
)

// search is the input of the workflow.
type search struct {
	Limits explore.Limits
	Queue  string        // of the workers that may drive
	Beat   time.Duration // a driver is lost if it is silent for so long
}

// runSearch has a worker drive the search. If that worker is lost, another one goes on from the last commit.
func runSearch(ctx workflow.Context, in search) (out explore.Outcome, err error) {
	err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           in.Queue,
		StartToCloseTimeout: longest,
		HeartbeatTimeout:    in.Beat,
		WaitForCancellation: true,
		RetryPolicy:         &retries,
	}), driveActivity, in.Limits).Get(ctx, &out)
	lost, said := new(temporal.TimeoutError), new(temporal.ApplicationError)
	switch {
	case ctx.Err() != nil:
		return out, ctx.Err()
	case errors.As(err, &lost), errors.As(err, &said) && said.Type() == stoppedWorker: // and not for the first time
		return out, workflow.NewContinueAsNewError(ctx, searchWorkflow, in)
	}
	return out, err
}

// OpenTemporal connects to the server temporal://HOST:PORT, or temporal://HOST:PORT/NAMESPACE. Its workers drive the search in dir.
func OpenTemporal(ctx context.Context, url, dir string) (explore.Away, error) {
	return openWith(ctx, url, dir, patient)
}

func openWith(ctx context.Context, url, dir string, t timing) (explore.Away, error) {
	c, err := dial(ctx, url)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, l explore.Limits, progress func(explore.Progress)) (explore.Outcome, error) {
		driven := time.Now()
		return runWorkflow[explore.Outcome](ctx, c, t.wait, client.StartWorkflowOptions{ID: queue(dir), TaskQueue: queue(dir),
			WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		}, searchWorkflow, search{l, drivers(dir), t.beat}, func(run client.WorkflowRun) {
			p, taken, err := lastProgress(ctx, c, run)
			switch {
			case err != nil: // the server is away
			case !taken:
				progress(explore.Progress{Untaken: time.Since(driven)})
			default:
				driven = time.Now()
				if p != nil {
					progress(*p)
				}
			}
		})
	}, nil
}

// drivers names the queue of what has to be driven.
func drivers(dir string) string { return queue(dir) + " driver" }

// lastProgress is what the driver reported last, or nil, and whether there is a driver.
func lastProgress(ctx context.Context, c client.Client, run client.WorkflowRun) (p *explore.Progress, taken bool, err error) {
	d, err := c.DescribeWorkflowExecution(ctx, run.GetID(), "")
	if err != nil {
		return nil, false, err
	}
	for _, a := range d.GetPendingActivities() {
		taken = taken || a.GetState() != enums.PENDING_ACTIVITY_STATE_SCHEDULED
		if converter.GetDefaultDataConverter().FromPayloads(a.GetHeartbeatDetails(), &p) != nil {
			return nil, taken, nil
		}
	}
	return p, taken, nil
}
