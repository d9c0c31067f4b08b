package cluster

import (
	"testing"

	"go.temporal.io/sdk/converter"

	"github.com/tcpcheck/tcpcheck/explore"
)

// What a step sends stays below the two megabytes that a server takes, with as many partitions as there may be.
func TestPayloadsOfLargestStepAreSmall(t *testing.T) {
	const mostPartitions = 1 << 12
	in := step{Batch: batch, Beat: patient.beat}
	for i := range mostPartitions {
		task := explore.Task{Search: "0123456789abcdef", Generation: 1000, Step: 999_999, Kind: "expand", From: i, To: i + 1}
		in.Tasks = append(in.Tasks, task)
		in.Done = append(in.Done, explore.TaskFile(task))
	}
	for what, x := range map[string]any{"the input with all results": in, "the results": in.Done} {
		p, err := converter.GetDefaultDataConverter().ToPayloads(x)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", what, p.Size())
		if p.Size() > 1<<20 {
			t.Errorf("%s: %d bytes, expected at most 1 MiB", what, p.Size())
		}
	}
	// Three events for each task, and a server ends a history of 51,200 events; it takes 2000 tasks at once.
	if batch > 1000 {
		t.Errorf("%d tasks before a history begins anew, expected at most 1000", batch)
	}
}
