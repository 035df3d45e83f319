//! Closed forms and numerical solutions for the models that have one. Tests assert them, plots draw them.
