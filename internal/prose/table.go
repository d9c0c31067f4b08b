package prose

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table writes rows of cells in columns, two blanks apart. A column is as wide as its widest cell. It is aligned to the
// right if align has '>' at its place, and to the left otherwise. A row without cells is an empty line.
//
// A command that prints a row while it searches for the next one cannot know the widest cell, and has fixed widths.
func Table(w io.Writer, indent, align string, rows ...[]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := indent
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < len(align) && align[i] == '>' {
				line += pad + cell + "  "
			} else {
				line += cell + pad + "  "
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// Entry writes a name, in a column of so many letters, and beside it a text of lines that end before the given width.
func Entry(w io.Writer, indent string, column int, name, text string, width int) {
	beside := strings.Repeat(" ", len(indent)+column+1)
	fmt.Fprintf(w, "%s%-*s %s\n", indent, column, name, Wrap(text, width, beside))
}
