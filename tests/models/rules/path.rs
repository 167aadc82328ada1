//! Paths: parsing, writing, and whether two can meet, tried on places.

use super::*;

fn name(name: &str) -> Segment {
    Segment::Name(name.to_owned())
}

#[test]
fn reads_names_and_wildcards() {
    let any = Segment::Any;
    for (text, segments) in [
        ("a", vec![name("a")]),
        ("$.a", vec![name("a")]),
        ("$", vec![]),
        ("$['a']", vec![name("a")]),
        ("a.b.c", vec![name("a"), name("b"), name("c")]),
        ("a[*].b", vec![name("a"), any.clone(), name("b")]),
        ("a.*", vec![name("a"), any.clone()]),
        ("*", vec![any.clone()]),
        ("$.*.*", vec![any.clone(), any.clone()]),
        ("[*]", vec![any.clone()]),
        ("['odd.name'][\"b\"]", vec![name("odd.name"), name("b")]),
        ("a[ 'b' ]", vec![name("a"), name("b")]),
        (r#"['a\'b"\\\/\n\u0041\ud83d\ude00']"#, vec![name("a'b\"\\/\nA😀")]),
        (r#"["a\"b'"]"#, vec![name("a\"b'")]),
        ("['']", vec![name("")]),
        ("_id.é2", vec![name("_id"), name("é2")]),
    ] {
        let path = Path::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        assert_eq!(path.segments(), segments, "{text}");
        assert_eq!(path.as_str(), text);
        for members in [true, false] {
            let spelled = segments.iter().fold(Path::record(), |path, step| match step {
                Segment::Name(name) => path.member(name),
                Segment::Any => path.any(members),
            });
            let again = Path::parse(spelled.as_str()).expect(text);
            assert_eq!(again.segments(), path.segments(), "{text}");
        }
    }
}

#[test]
fn says_where_a_path_goes_wrong() {
    use PathFaultKind::*;
    for (text, at, kind) in [
        ("", 0, NoName),
        ("a.", 2, NoName),
        (".a", 0, NoName),
        ("$.", 2, NoName),
        ("$a", 1, Character),
        ("a..b", 1, Unsupported),
        ("$..b", 1, Unsupported),
        ("a-b", 1, Character),
        ("1a", 0, Character),
        ("a.1", 2, Character),
        ("a b", 1, Character),
        (" a", 0, Character),
        ("a[0]", 2, Index),
        ("a[-1]", 2, Index),
        ("a[:2]", 2, Index),
        ("a[?@.b]", 2, Unsupported),
        ("a['b','c']", 5, Unsupported),
        ("a[b]", 2, Character),
        ("a[", 2, Open),
        ("a['b", 4, Open),
        ("a['b'", 5, Open),
        ("a['b'x]", 5, Character),
        ("a[*", 3, Open),
        ("a**", 1, Character),
        (r"['a\x']", 3, Escape),
        (r"['\u00']", 2, Escape),
        (r"['\ud800']", 2, Escape),
        (r#"["\'"]"#, 2, Escape),
        (r"['\", 2, Escape),
    ] {
        let fault = Path::parse(text).expect_err(text);
        assert_eq!((fault.at, fault.kind), (at, kind), "{text}");
    }
    assert_eq!(Path::parse(&"a.".repeat(300)).map_err(|fault| fault.kind), Err(TooLong));
}

#[test]
fn knows_where_paths_meet() {
    for (a, b, meets) in [
        ("a", "a", true),
        ("a", "$['a']", true),
        ("a.*", "a.b", true),
        ("a[*]", "a.*", true),
        ("a.*.c", "a.b.*", true),
        ("a.*.c", "a.b.d", false),
        ("a", "a.b", false),
        ("*", "b", true),
    ] {
        let (a, b) = (Path::parse(a).expect(a), Path::parse(b).expect(b));
        assert_eq!((a.meets(&b), b.meets(&a)), (meets, meets), "{a} {b}");
    }
}

#[test]
fn points_where_it_can() {
    for (path, pointer) in [
        ("a.b", Some("/a/b")),
        ("['a/b~c']['']", Some("/a~1b~0c/")),
        ("a[*]", None),
        ("$", Some("")),
    ] {
        assert_eq!(Path::parse(path).expect(path).pointer().as_deref(), pointer, "{path}");
    }
}
