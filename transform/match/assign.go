package match

import "math"

// assign gives rows columns one to one so that the sum of the weights is the
// highest (the Hungarian method with potentials, Kuhn and Munkres); -1 where a row
// is best left alone. Weights are 0 or more; 0 is never taken.
func assign(weights [][]float64) []int {
	rows := len(weights)
	if rows == 0 {
		return nil
	}
	wide := len(weights[0])
	columns := max(wide, rows)
	cost := func(i, j int) float64 {
		if j < wide {
			return -weights[i][j]
		}
		return 0
	}
	up, over := make([]float64, rows+1), make([]float64, columns+1)
	holder, way := make([]int, columns+1), make([]int, columns+1)
	for i := 1; i <= rows; i++ {
		holder[0] = i
		least, used := make([]float64, columns+1), make([]bool, columns+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		j := 0
		for holder[j] != 0 {
			used[j] = true
			row, next, delta := holder[j], 0, math.Inf(1)
			for k := 1; k <= columns; k++ {
				if used[k] {
					continue
				}
				if c := cost(row-1, k-1) - up[row] - over[k]; c < least[k] {
					least[k], way[k] = c, j
				}
				if least[k] < delta {
					delta, next = least[k], k
				}
			}
			for k := range used {
				if used[k] {
					up[holder[k]] += delta
					over[k] -= delta
				} else {
					least[k] -= delta
				}
			}
			j = next
		}
		for j != 0 {
			holder[j] = holder[way[j]]
			j = way[j]
		}
	}
	out := make([]int, rows)
	for i := range out {
		out[i] = -1
	}
	for j := 1; j <= wide; j++ {
		if i := holder[j]; i > 0 && weights[i-1][j-1] > 0 {
			out[i-1] = j - 1
		}
	}
	return out
}

// weight makes one sure match worth more than several doubtful ones.
func weight(score float64) float64 {
	if score < shown {
		return 0
	}
	return math.Pow(score, 6)
}
