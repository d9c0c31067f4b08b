package main

var wire, observers, packing, premises, conditions, fairness, search, stores, liveness, runs, files []Mutant
