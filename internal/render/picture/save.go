package picture

import (
	"bytes"
	"io"

	"gonum.org/v1/plot/vg"
)

// dark turns light paper into dark paper, and keeps the hues. White becomes the darkest grey, and black the lightest.
const dark = "<style>@media(prefers-color-scheme:dark){svg>g{filter:invert(.92) hue-rotate(180deg)}}</style>\n"

// Save writes what is drawn. As SVG it follows a reader who prefers dark pages.
func Save(w io.Writer, c vg.CanvasWriterTo, format string) error {
	if format != "svg" {
		_, err := c.WriteTo(w)
		return err
	}
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	head, body, ok := bytes.Cut(b.Bytes(), []byte("<g "))
	if !ok {
		panic("BUG: an SVG without a group")
	}
	_, err := w.Write(bytes.Join([][]byte{head, []byte(dark + "<g "), body}, nil))
	return err
}
