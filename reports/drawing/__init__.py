"""Step graphs as static SVG, made from the flow tree: the order on the picture is the order in the file."""
