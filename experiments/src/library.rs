//! What is shipped inside the program: reproductions of publications (`paper:NAME`), each a whole experiment file.
//!
//! Not here: running them (`cli::reproduce`), how a file refers to them (`file::inherit`).

/// An experiment file inside the program.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// How it is called, such as "paper:mitzenmacher-2001".
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! paper {
    ($name:literal) => {
        Shipped { name: concat!("paper:", $name), text: include_str!(concat!("../library/papers/", $name, ".toml")) }
    };
}

/// Everything that is shipped.
pub static SHIPPED: &[Shipped] = &[
    paper!("eager-1986a"),
    paper!("eager-1986b"),
    paper!("eager-1988"),
    paper!("harchol-balter-1997"),
    paper!("harchol-balter-1997-contour"),
    paper!("harchol-balter-1997-information"),
    paper!("harchol-balter-1997-mechanisms"),
    paper!("harchol-balter-1997-runs"),
    paper!("harchol-balter-1997-sensitivity"),
    paper!("harchol-balter-1997-stand-in"),
    paper!("join-idle-queue"),
    paper!("krueger-livny-1988"),
    paper!("migration-dispute"),
    paper!("mirchandaney-1989"),
    paper!("mitzenmacher-2000-old-information"),
    paper!("mitzenmacher-2001"),
    paper!("shivaratri-1992"),
    paper!("sita-e-1999"),
    paper!("tags-2002"),
    paper!("work-stealing"),
    paper!("your-own-machine"),
];

/// All names.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|shipped| shipped.name)
}

/// The text of a name.
pub fn text(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|shipped| shipped.name == name).map(|shipped| shipped.text)
}

/// The text of a reproduction, where `name` means one; a complaint where there is none of that name.
pub fn paper(name: &str) -> Option<Result<&'static str, String>> {
    let short = name.strip_prefix("paper:")?;
    Some(text(name).ok_or_else(|| {
        let known: Vec<&str> = papers().collect();
        let short = crate::file::harmless(short);
        let nearest = crate::file::diagnostic::nearest(&short, &known);
        let meant = nearest.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        format!("error: no reproduction `{short}` is shipped{meant}\nthere are: {}\n", known.join(", "))
    }))
}

/// The names of the reproductions, without what says that they are.
pub fn papers() -> impl Iterator<Item = &'static str> {
    names().filter_map(|name| name.strip_prefix("paper:"))
}
