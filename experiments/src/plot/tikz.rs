//! The same drawing as TikZ, so that a LaTeX document sets the text in its own font and the lines stay vectors.

use super::look::Colour;
use super::scene::{Anchor, Place, Scene, Shape, Stroke, Text};
use std::fmt::Write;

/// The scene as a `tikzpicture`; it needs nothing but `\usepackage{tikz}`.
pub(super) fn picture(scene: &Scene) -> String {
    let mut out = String::from(
        "% Needs \\usepackage{tikz}; letters beyond Latin and Greek need LuaLaTeX or XeLaTeX. Include it without scaling.\n",
    );
    for line in scene.caption.lines() {
        let _ = writeln!(out, "% {line}");
    }
    out.push_str("\\begin{tikzpicture}[x=1bp,y=-1bp,inner sep=0,outer sep=0,line join=round]\n");
    let _ = writeln!(out, "\\useasboundingbox (0,0) rectangle ({:.2},{:.2});", scene.size.0, scene.size.1);
    for shape in &scene.shapes {
        draw(shape, &mut out);
    }
    out.push_str("\\end{tikzpicture}\n");
    out
}

fn draw(shape: &Shape, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match shape {
        Shape::Line(places, stroke) => {
            let (colour, style) = (colour(stroke.colour), line_style(stroke));
            writeln!(out, "\\draw[draw={colour},{style}] {};", path(places))
        }
        Shape::Area(corners, fill, opacity) => {
            let opacity = if *opacity < 1.0 { format!(",fill opacity={opacity:.2}") } else { String::new() };
            writeln!(out, "\\fill[fill={}{opacity}] {} -- cycle;", colour(*fill), path(corners))
        }
        Shape::Disc((x, y), radius, fill) => {
            writeln!(out, "\\fill[fill={}] ({x:.2},{y:.2}) circle[radius={radius:.2}bp];", colour(*fill))
        }
        Shape::Text(text) => writeln!(out, "{}", node(text)),
        Shape::Spot(..) => Ok(()),
    };
}

fn line_style(stroke: &Stroke) -> String {
    let mut style = format!("line width={:.2}bp", stroke.width);
    if !stroke.dash.is_empty() {
        style.push_str(",dash pattern=");
        for (index, length) in stroke.dash.iter().enumerate() {
            let _ = write!(style, "{} {length}bp ", if index % 2 == 0 { "on" } else { "off" });
        }
    }
    style.trim_end().to_string()
}

fn path(places: &[Place]) -> String {
    let places: Vec<_> = places.iter().map(|(x, y)| format!("({x:.2},{y:.2})")).collect();
    places.join(" -- ")
}

fn colour((red, green, blue): Colour) -> String {
    format!("{{rgb,255:red,{red};green,{green};blue,{blue}}}")
}

fn node(text: &Text) -> String {
    let (x, y) = text.at;
    let anchor = match text.anchor {
        Anchor::Start => "base west",
        Anchor::Middle => "base",
        Anchor::End => "base east",
    };
    let turn = if text.upwards { ",rotate=90" } else { "" };
    let bold = if text.bold { "\\bfseries" } else { "" };
    format!(
        "\\node[anchor={anchor},text={}{turn},font=\\fontsize{{{:.1}bp}}{{{:.1}bp}}\\selectfont{bold}] at ({x:.2},{y:.2}) {{{}}};",
        colour(text.colour),
        text.size,
        1.2 * text.size,
        escaped(&text.says)
    )
}

/// A Greek letter by its name in LaTeX; omicron has none and stays.
fn greek(letter: char) -> String {
    const NAMES: [&str; 25] = [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "",
        "pi",
        "rho",
        "varsigma",
        "sigma",
        "tau",
        "upsilon",
        "varphi",
        "chi",
        "psi",
        "omega",
    ];
    let index = if letter == 'µ' { 11 } else { (letter as usize).saturating_sub('α' as usize) };
    match NAMES.get(index) {
        Some(name) if !name.is_empty() => format!("\\ensuremath{{\\{name}}}"),
        _ => letter.to_string(),
    }
}

/// Text as LaTeX: its special characters written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '%' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '\u{2212}' => out.push_str("\\ensuremath{-}"),
            '×' => out.push_str("\\ensuremath{\\times}"),
            '±' => out.push_str("\\ensuremath{\\pm}"),
            '≤' => out.push_str("\\ensuremath{\\leq}"),
            '≥' => out.push_str("\\ensuremath{\\geq}"),
            '…' => out.push_str("\\dots{}"),
            'µ' | 'α'..='ω' => out.push_str(&greek(c)),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_commands() {
        assert_eq!(
            escaped(r"\input{x} 100% $a_1^2$ #~&"),
            r"\textbackslash{}input\{x\} 100\% \$a\_1\textasciicircum{}2\$ \#\textasciitilde{}\&"
        );
        assert_eq!(
            escaped("\u{2212}3 × α, ω"),
            r"\ensuremath{-}3 \ensuremath{\times} \ensuremath{\alpha}, \ensuremath{\omega}"
        );
    }

    #[test]
    fn a_dash_becomes_a_pattern() {
        let stroke = Stroke { colour: (0, 0, 0), width: 1.0, dash: &[3.0, 1.5] };
        assert_eq!(line_style(&stroke), "line width=1.00bp,dash pattern=on 3bp off 1.5bp");
    }
}
