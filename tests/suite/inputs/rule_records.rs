//! What becomes of single records by rules of every kind.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::standard::*;

/// One-letter IDs, so that records stay short: capitals are source IDs, small
/// letters target IDs. `G` and `H` become one, `K` is kept.
const LETTERS: &str = "source_id,target_id\nA,a\nB,b\nC,c\nG,g\nH,g\nK,K\nZ,\u{fffd}\n\
    a11ce000-0000-4000-8000-000000000001,u\n\
    b0b00000-0000-4000-8000-000000000002,ca401000-0000-4000-8000-000000000003\n";

/// The forms of such IDs.
const FORMS: &str = "[ids]\nsource = \"^[A-Z]$\"\ntarget = \"^[a-z]$\"\n";

/// A rule of table `table` from its short form: the path, then of
/// `keys optional when=PATH=STRING exempt=LITERAL` what applies.
fn rule(table: &str, short: &str) -> String {
    let mut words = short.split(' ');
    let path = words.next().unwrap_or_default();
    let mut rule = format!("[[field]]\ntable = \"{table}\"\npath = {}\n", quoted(path));
    let mut exempt = Vec::new();
    for word in words {
        match word.split_once('=') {
            None if word == "keys" => rule += "match = \"keys\"\n",
            None if word == "optional" => rule += "optional = true\n",
            Some(("when", condition)) => {
                let (path, equals) = condition.rsplit_once('=').expect(condition);
                let (path, equals) = (quoted(path), quoted(equals));
                let _ = writeln!(rule, "when = {{ path = {path}, equals = {equals} }}");
            }
            Some(("exempt", literal)) => exempt.push(quoted(literal)),
            _ => panic!("{word} in {short}"),
        }
    }
    let _ = writeln!(rule, "exempt = [{}]", exempt.join(", "));
    rule
}

/// A string as JSON and TOML quote it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

/// Rules in short form with `; ` between them, a record, what it becomes, and
/// the counts of each field that are not 0.
type Single = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const RECORDS: &[Single] = &[
    // Members of the record.
    ("a", r#"{"a":"A"}"#, r#"{"a":"a"}"#, "1 mapped"),
    ("$.a", r#"{"a":"A","b":"A"}"#, r#"{"a":"a","b":"A"}"#, "1 mapped"),
    ("['a']", r#"{"a":"K"}"#, r#"{"a":"K"}"#, "1 kept"),
    ("a", r#"{"a":"a"}"#, r#"{"a":"a"}"#, "1 already"),
    ("a", r#"{"a":"Q"}"#, r#"{"a":"Q"}"#, "1 unmapped"),
    ("a", r#"{"a":"q"}"#, r#"{"a":"q"}"#, "1 native"),
    ("a", r#"{"a":"AA"}"#, r#"{"a":"AA"}"#, "1 unrecognized"),
    ("a", r#"{"a":""}"#, r#"{"a":""}"#, "1 unrecognized"),
    ("a", r#"{"a":null}"#, r#"{"a":null}"#, "1 null"),
    ("a optional", r#"{"a":null}"#, r#"{"a":null}"#, "1 null"),
    ("a", r#"{"a":1.0}"#, r#"{"a":1.0}"#, "1 wrongType"),
    ("a", r#"{"a":["A"]}"#, r#"{"a":["A"]}"#, "1 wrongType"),
    ("a", r#"{"a":{"a":"A"}}"#, r#"{"a":{"a":"A"}}"#, "1 wrongType"),
    ("a", r#"{"b":"A"}"#, r#"{"b":"A"}"#, "1 absent"),
    ("a", r#"{}"#, r#"{}"#, "1 absent"),
    ("a", r#"{"a":"A","a":"B"}"#, r#"{"a":"a","a":"b"}"#, "2 mapped"),
    ("a", " { \"a\" :\t\"A\" , \"b\":1 } ", " { \"a\" :\t\"a\" , \"b\":1 } ", "1 mapped"),
    ("a; b", r#"{"b":"B","a":"A"}"#, r#"{"b":"b","a":"a"}"#, "1 mapped; 1 mapped"),
    // Odd names, in rules and in data.
    ("['']", r#"{"":"A"}"#, r#"{"":"a"}"#, "1 mapped"),
    ("['']['']", r#"{"":{"":"A"}}"#, r#"{"":{"":"a"}}"#, "1 mapped"),
    ("['a.b']", r#"{"a.b":"A","a":{"b":"B"}}"#, r#"{"a.b":"a","a":{"b":"B"}}"#, "1 mapped"),
    ("['*']", r#"{"*":"A","x":"A"}"#, r#"{"*":"a","x":"A"}"#, "1 mapped"),
    ("['a\"b']", r#"{"a\"b":"A"}"#, r#"{"a\"b":"a"}"#, "1 mapped"),
    (r"['a\'b']", r#"{"a'b":"A"}"#, r#"{"a'b":"a"}"#, "1 mapped"),
    (r"['a\\b']", r#"{"a\\b":"A"}"#, r#"{"a\\b":"a"}"#, "1 mapped"),
    (r"['a\nb'].x", r#"{"a\nb":{"x":"A"}}"#, r#"{"a\nb":{"x":"a"}}"#, "1 mapped"),
    (r"['\u0000']", r#"{"\u0000":"A"}"#, r#"{"\u0000":"a"}"#, "1 mapped"),
    (r"['\ud83d\ude00'].x", r#"{"😀":{"x":"A"}}"#, r#"{"😀":{"x":"a"}}"#, "1 mapped"),
    ("😀.é", r#"{"\ud83d\uDE00":{"\u00e9":"A"}}"#, r#"{"\ud83d\uDE00":{"\u00e9":"a"}}"#, "1 mapped"),
    ("['a/b~c'].x", r#"{"a\/b~c":{"x":"A"}}"#, r#"{"a\/b~c":{"x":"a"}}"#, "1 mapped"),
    ("['0'].x", r#"{"0":{"x":"A"}}"#, r#"{"0":{"x":"a"}}"#, "1 mapped"),
    ("a.b", r#"{"\u0061":{"\u0062":"A"}}"#, r#"{"\u0061":{"\u0062":"a"}}"#, "1 mapped"),
    ("a.b", r#"{"a\ud800":{"b":"A"}}"#, r#"{"a\ud800":{"b":"A"}}"#, "1 absent"),
    ("a.b", r#"{"a":{"b\udc00":"A"}}"#, r#"{"a":{"b\udc00":"A"}}"#, "1 absent"),
    ("a['b\u{fffd}']", r#"{"a":{"b\udc00":"A"}}"#, r#"{"a":{"b\udc00":"A"}}"#, "1 absent"),
    ("a.b", r#"{"A":{"b":"A"},"a":{"B":"B"}}"#, r#"{"A":{"b":"A"},"a":{"B":"B"}}"#, "1 absent"),
    ("a.b", r#"{"a":{"b":"\u0041"}}"#, r#"{"a":{"b":"a"}}"#, "1 mapped"),
    ("a.b", r#"{"a":{"b":"A\ud800"}}"#, r#"{"a":{"b":"A\ud800"}}"#, "1 unrecognized"),
    // Names on the way.
    ("a.b", r#"{"a":{"b":"A"},"b":"B"}"#, r#"{"a":{"b":"a"},"b":"B"}"#, "1 mapped"),
    ("a.b.c", r#"{"a":{"x":[{"c":"A"}],"b":{"b":"A","c":"B"},"c":"A"}}"#, r#"{"a":{"x":[{"c":"A"}],"b":{"b":"A","c":"b"},"c":"A"}}"#, "1 mapped"),
    ("a.a", r#"{"a":{"a":"A"}}"#, r#"{"a":{"a":"a"}}"#, "1 mapped"),
    ("a.a", r#"{"x":{"a":{"a":"A"}}}"#, r#"{"x":{"a":{"a":"A"}}}"#, "1 absent"),
    ("a.b", r#"{}"#, r#"{}"#, "1 absent"),
    ("a.b", r#"{"a":null}"#, r#"{"a":null}"#, "1 absent"),
    ("a.b", r#"{"a":{}}"#, r#"{"a":{}}"#, "1 absent"),
    ("a.b", r#"{"a":{"b":null}}"#, r#"{"a":{"b":null}}"#, "1 null"),
    ("a.b", r#"{"a":"A"}"#, r#"{"a":"A"}"#, "1 wrongType"),
    ("a.b", r#"{"a":1}"#, r#"{"a":1}"#, "1 wrongType"),
    ("a.b", r#"{"a":false}"#, r#"{"a":false}"#, "1 wrongType"),
    ("a.b", r#"{"a":[]}"#, r#"{"a":[]}"#, "1 wrongType"),
    ("a.b", r#"{"a":[{"b":"A"}]}"#, r#"{"a":[{"b":"A"}]}"#, "1 wrongType"),
    ("a.b.c", r#"{"a":{"b":null}}"#, r#"{"a":{"b":null}}"#, "1 absent"),
    ("a.b.c", r#"{"a":{"b":[{"c":"A"}]}}"#, r#"{"a":{"b":[{"c":"A"}]}}"#, "1 wrongType"),
    // A name on the way that stands twice.
    ("a.b", r#"{"a":{"b":"A"},"a":{"b":"B"}}"#, r#"{"a":{"b":"a"},"a":{"b":"b"}}"#, "2 mapped"),
    ("a.b", r#"{"a":{"b":"A","b":"Q"}}"#, r#"{"a":{"b":"a","b":"Q"}}"#, "1 mapped, 1 unmapped"),
    ("a.b", r#"{"a":{"b":"A"},"a":{}}"#, r#"{"a":{"b":"a"},"a":{}}"#, "1 mapped, 1 absent"),
    ("a.b", r#"{"a":null,"\u0061":{"b":"A"}}"#, r#"{"a":null,"\u0061":{"b":"a"}}"#, "1 mapped, 1 absent"),
    ("a.b", r#"{"a":7,"a":{"b":"A"}}"#, r#"{"a":7,"a":{"b":"a"}}"#, "1 mapped, 1 wrongType"),
    // Wildcards.
    ("a[*]", r#"{"a":["A","Q","A"],"b":["A"]}"#, r#"{"a":["a","Q","a"],"b":["A"]}"#, "2 mapped, 1 unmapped"),
    ("a.*", r#"{"a":["A"]}"#, r#"{"a":["a"]}"#, "1 mapped"),
    ("a[*]", r#"{"a":{"x":"A","y":"b","A":1}}"#, r#"{"a":{"x":"a","y":"b","A":1}}"#, "1 mapped, 1 already, 1 wrongType"),
    ("a[*]", r#"{"a":[]}"#, r#"{"a":[]}"#, ""),
    ("a[*]", r#"{"a":{}}"#, r#"{"a":{}}"#, ""),
    ("a[*]", r#"{"a":[ ]}"#, r#"{"a":[ ]}"#, ""),
    ("a[*]", r#"{"a":null}"#, r#"{"a":null}"#, "1 absent"),
    ("a[*]", r#"{}"#, r#"{}"#, "1 absent"),
    ("a[*]", r#"{"a":"A"}"#, r#"{"a":"A"}"#, "1 wrongType"),
    ("a[*]", r#"{"a":0}"#, r#"{"a":0}"#, "1 wrongType"),
    ("a[*]", r#"{"a":[null,null,"",{},[],["A"],true]}"#, r#"{"a":[null,null,"",{},[],["A"],true]}"#, "2 null, 1 unrecognized, 4 wrongType"),
    ("a[*]", r#"{"a":{"x":"A","x":"B"}}"#, r#"{"a":{"x":"a","x":"b"}}"#, "2 mapped"),
    ("a[*]", r#"{"a":["A"],"a":{"x":"B"}}"#, r#"{"a":["a"],"a":{"x":"b"}}"#, "2 mapped"),
    ("a[*].b", r#"{"a":[{"b":"A"},{"c":"A"},{"b":null},null,7,["A"],{"b":"B"}]}"#, r#"{"a":[{"b":"a"},{"c":"A"},{"b":null},null,7,["A"],{"b":"b"}]}"#, "2 mapped, 1 null, 2 absent, 2 wrongType"),
    ("a[*].b", r#"{"a":{"x":{"b":"A"},"b":"A","b\ud800":{"b":"B"}}}"#, r#"{"a":{"x":{"b":"a"},"b":"A","b\ud800":{"b":"b"}}}"#, "2 mapped, 1 wrongType"),
    ("a[*].b", r#"{"a":[]}"#, r#"{"a":[]}"#, ""),
    ("a[*][*]", r#"{"a":[["A"],[],{"x":"B"},null,"A"]}"#, r#"{"a":[["a"],[],{"x":"b"},null,"A"]}"#, "2 mapped, 1 absent, 1 wrongType"),
    ("a[*].b[*].c", r#"{"a":[{"b":[{"c":"A"},{"c":"B"}]},{"b":{"x":{"c":"C"}}}]}"#, r#"{"a":[{"b":[{"c":"a"},{"c":"b"}]},{"b":{"x":{"c":"c"}}}]}"#, "3 mapped"),
    ("*", r#"{"x":"A","y":"Q","z":["A"]}"#, r#"{"x":"a","y":"Q","z":["A"]}"#, "1 mapped, 1 unmapped, 1 wrongType"),
    ("*", r#"{}"#, r#"{}"#, ""),
    ("$[*]", r#"{"x":"A","_id":"B"}"#, r#"{"x":"a","_id":"b"}"#, "2 mapped"),
    ("*.a", r#"{"x":{"a":"A"},"a":{"a":"B"},"y":null,"z":{}}"#, r#"{"x":{"a":"a"},"a":{"a":"b"},"y":null,"z":{}}"#, "2 mapped, 2 absent"),
    ("$.*.*", r#"{"x":{"a":"A"},"y":["B"],"z":[]}"#, r#"{"x":{"a":"a"},"y":["b"],"z":[]}"#, "2 mapped"),
    // Several rules on one way.
    ("a.*.c; a.b.d", r#"{"a":{"b":{"c":"A","d":"B"},"x":{"c":"C","d":"A"}}}"#, r#"{"a":{"b":{"c":"a","d":"b"},"x":{"c":"c","d":"A"}}}"#, "2 mapped; 1 mapped"),
    ("a; a.b; a[*].c", r#"{"a":{"b":"A","c":"A","d":{"c":"B"}}}"#, r#"{"a":{"b":"a","c":"A","d":{"c":"b"}}}"#, "1 wrongType; 1 mapped; 1 mapped, 2 wrongType"),
    ("a; a.b", r#"{"a":"A"}"#, r#"{"a":"a"}"#, "1 mapped; 1 wrongType"),
    ("a; a.b", r#"{"a":null}"#, r#"{"a":null}"#, "1 null; 1 absent"),
    ("*.a; b", r#"{"b":"B","c":{"a":"A"}}"#, r#"{"b":"b","c":{"a":"a"}}"#, "1 mapped, 1 wrongType; 1 mapped"),
    ("x.a.b; *.a.c; x.*.d", r#"{"x":{"a":{"b":"A","c":"B","d":"C"}}}"#, r#"{"x":{"a":{"b":"a","c":"b","d":"c"}}}"#, "1 mapped; 1 mapped; 1 mapped"),
    // Member names.
    ("v keys", r#"{"v":{"A":1,"Q":2,"q":3,"b":4,"K":5,"??":6,"":7}}"#, r#"{"v":{"a":1,"Q":2,"q":3,"b":4,"K":5,"??":6,"":7}}"#, "1 mapped, 1 unmapped, 1 native, 1 already, 1 kept, 2 unrecognized"),
    ("v keys", r#"{"v":{"A":{"A":"A"},"B":["A"]},"A":1}"#, r#"{"v":{"a":{"A":"A"},"b":["A"]},"A":1}"#, "2 mapped"),
    ("v keys", r#"{"v":{ "\u0041" : 1 }}"#, r#"{"v":{ "a" : 1 }}"#, "1 mapped"),
    ("v keys", r#"{"v":{}}"#, r#"{"v":{}}"#, ""),
    ("v keys", r#"{}"#, r#"{}"#, "1 absent"),
    ("v keys", r#"{"v":null}"#, r#"{"v":null}"#, "1 absent"),
    ("v keys", r#"{"v":[]}"#, r#"{"v":[]}"#, "1 wrongType"),
    ("v keys", r#"{"v":[{"A":1}]}"#, r#"{"v":[{"A":1}]}"#, "1 wrongType"),
    ("v keys", r#"{"v":"A"}"#, r#"{"v":"A"}"#, "1 wrongType"),
    ("v keys", r#"{"v":1}"#, r#"{"v":1}"#, "1 wrongType"),
    ("v.w keys", r#"{"v":null}"#, r#"{"v":null}"#, "1 absent"),
    ("v.w keys", r#"{"v":{"w":{"A":1},"A":2}}"#, r#"{"v":{"w":{"a":1},"A":2}}"#, "1 mapped"),
    ("v[*] keys", r#"{"v":[{"A":1},{"B":2,"A":3},null,[],{}]}"#, r#"{"v":[{"a":1},{"b":2,"a":3},null,[],{}]}"#, "3 mapped, 1 absent, 1 wrongType"),
    ("v[*] keys", r#"{"v":{"A":{"A":1}}}"#, r#"{"v":{"A":{"a":1}}}"#, "1 mapped"),
    ("* keys", r#"{"A":{"A":1},"x":null,"y":{"Q":1}}"#, r#"{"A":{"a":1},"x":null,"y":{"Q":1}}"#, "1 mapped, 1 unmapped, 1 absent"),
    ("$ keys", r#"{"A":{"B":1},"_id":"A"}"#, r#"{"a":{"B":1},"_id":"A"}"#, "1 mapped, 1 unrecognized"),
    ("$ keys", r#"{}"#, r#"{}"#, ""),
    ("v keys", r#"{"v":{"A":1},"v":{"B":1}}"#, r#"{"v":{"a":1},"v":{"b":1}}"#, "2 mapped"),
    ("v keys; v.*", r#"{"v":{"A":"B","K":"K"}}"#, r#"{"v":{"a":"b","K":"K"}}"#, "1 mapped, 1 kept; 1 mapped, 1 kept"),
    ("v keys; v.A.x", r#"{"v":{"A":{"x":"B"}}}"#, r#"{"v":{"a":{"x":"b"}}}"#, "1 mapped; 1 mapped"),
    ("$ keys; $.A keys; A.*", r#"{"A":{"B":"C"}}"#, r#"{"a":{"b":"c"}}"#, "1 mapped; 1 mapped; 1 mapped"),
    ("v; $.v keys", r#"{"v":{"A":1}}"#, r#"{"v":{"a":1}}"#, "1 wrongType; 1 mapped"),
    ("v; $.v keys", r#"{"v":"A"}"#, r#"{"v":"a"}"#, "1 mapped; 1 wrongType"),
    // Member names that would collide.
    ("v keys", r#"{"v":{"A":1,"a":2}}"#, r#"{"v":{"A":1,"a":2}}"#, "1 collided, 1 already"),
    ("v keys", r#"{"v":{"a":2,"A":1,"B":3}}"#, r#"{"v":{"a":2,"A":1,"b":3}}"#, "1 collided, 1 already, 1 mapped"),
    ("v keys", r#"{"v":{"G":1,"H":2}}"#, r#"{"v":{"G":1,"H":2}}"#, "2 collided"),
    ("v keys", r#"{"v":{"G":1,"H":2,"A":3}}"#, r#"{"v":{"G":1,"H":2,"a":3}}"#, "2 collided, 1 mapped"),
    ("v keys", r#"{"v":{"G":1,"H":2,"g":3}}"#, r#"{"v":{"G":1,"H":2,"g":3}}"#, "2 collided, 1 already"),
    ("v keys", r#"{"v":{"G":1}}"#, r#"{"v":{"g":1}}"#, "1 mapped"),
    ("v keys", r#"{"v":{"A":1,"A":2}}"#, r#"{"v":{"A":1,"A":2}}"#, "2 collided"),
    ("v keys", r#"{"v":{"A":1,"\u0041":2,"B":3}}"#, r#"{"v":{"A":1,"\u0041":2,"b":3}}"#, "2 collided, 1 mapped"),
    ("v keys", r#"{"v":{"A":1,"\u0061":2}}"#, r#"{"v":{"A":1,"\u0061":2}}"#, "1 collided, 1 already"),
    ("v keys", r#"{"v":{"G":1,"G":2,"H":3}}"#, r#"{"v":{"G":1,"G":2,"H":3}}"#, "3 collided"),
    ("v keys", r#"{"v":{"Q":1,"Q":2,"K":3,"K":4,"q":5,"q":6,"a":7,"a":8}}"#, r#"{"v":{"Q":1,"Q":2,"K":3,"K":4,"q":5,"q":6,"a":7,"a":8}}"#, "2 unmapped, 2 kept, 2 native, 2 already"),
    ("v keys", r#"{"v":{"A":1},"w":{"a":1}}"#, r#"{"v":{"a":1},"w":{"a":1}}"#, "1 mapped"),
    ("v[*] keys", r#"{"v":[{"A":1},{"a":1},{"A":1,"x":{"a":2}}]}"#, r#"{"v":[{"a":1},{"a":1},{"a":1,"x":{"a":2}}]}"#, "2 mapped, 1 already, 1 native"),
    ("v keys", r#"{"v":{"A":1},"v":{"a":1}}"#, r#"{"v":{"a":1},"v":{"a":1}}"#, "1 mapped, 1 already"),
    ("v keys", r#"{"v":{"A":{"a":1}}}"#, r#"{"v":{"a":{"a":1}}}"#, "1 mapped"),
    ("v keys; v.*", r#"{"v":{"A":"A","a":"A"}}"#, r#"{"v":{"A":"a","a":"a"}}"#, "1 collided, 1 already; 2 mapped"),
    ("$ keys", r#"{"G":1,"x":2,"H":3}"#, r#"{"G":1,"x":2,"H":3}"#, "2 collided, 1 native"),
    ("v keys", r#"{"v":{"A":1,"a\ud800":2}}"#, r#"{"v":{"a":1,"a\ud800":2}}"#, "1 mapped, 1 unrecognized"),
    ("v keys", r#"{"v":{"Z":1,"\ud800":2}}"#, "{\"v\":{\"\u{fffd}\":1,\"\\ud800\":2}}", "1 mapped, 1 unrecognized"),
    ("v keys", r#"{"v":{"Z":1,"\ufffd":2}}"#, r#"{"v":{"Z":1,"\ufffd":2}}"#, "1 collided, 1 already"),
    ("v keys", r#"{"v":{"a11ce000-0000-4000-8000-000000000001":1}}"#, r#"{"v":{"u":1}}"#, "1 mapped"),
    ("v keys", r#"{"v":{"A11CE000-0000-4000-8000-000000000001":1}}"#, r#"{"v":{"u":1}}"#, "1 mapped"),
    ("v keys", r#"{"v":{"a11ce000-0000-4000-8000-000000000001":1,"A11CE000-0000-4000-8000-000000000001":2}}"#,
        r#"{"v":{"a11ce000-0000-4000-8000-000000000001":1,"A11CE000-0000-4000-8000-000000000001":2}}"#, "2 collided"),
    ("v keys", r#"{"v":{"b0b00000-0000-4000-8000-000000000002":1,"CA401000-0000-4000-8000-000000000003":2}}"#,
        r#"{"v":{"b0b00000-0000-4000-8000-000000000002":1,"CA401000-0000-4000-8000-000000000003":2}}"#, "1 collided, 1 already"),
    ("v keys exempt=a", r#"{"v":{"A":1,"a":2}}"#, r#"{"v":{"A":1,"a":2}}"#, "1 collided, 1 exempt"),
    ("v keys exempt=A", r#"{"v":{"A":1,"a":2}}"#, r#"{"v":{"A":1,"a":2}}"#, "1 already, 1 exempt"),
    ("v keys exempt=A", r#"{"v":{"A":1,"A":2}}"#, r#"{"v":{"A":1,"A":2}}"#, "2 exempt"),
    ("v keys exempt=H", r#"{"v":{"G":1,"H":2}}"#, r#"{"v":{"g":1,"H":2}}"#, "1 mapped, 1 exempt"),
    // Conditions.
    ("a when=t=user", r#"{"a":"A","t":"user"}"#, r#"{"a":"a","t":"user"}"#, "1 mapped"),
    ("a when=t=user", r#"{"t":"user","a":"A"}"#, r#"{"t":"user","a":"a"}"#, "1 mapped"),
    ("a when=t=user", r#"{"a":"A","t":"bot"}"#, r#"{"a":"A","t":"bot"}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A"}"#, r#"{"a":"A"}"#, "1 excluded"),
    ("a when=t=user", r#"{"t":"user"}"#, r#"{"t":"user"}"#, "1 absent"),
    ("a when=t=user", r#"{"t":"bot"}"#, r#"{"t":"bot"}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","a":"B","t":"bot"}"#, r#"{"a":"A","a":"B","t":"bot"}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","t":"User"}"#, r#"{"a":"A","t":"User"}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","t":"user "}"#, r#"{"a":"A","t":"user "}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","t":"\u0075ser"}"#, r#"{"a":"a","t":"\u0075ser"}"#, "1 mapped"),
    ("a when=t=user", r#"{"a":"A","\u0074":"user"}"#, r#"{"a":"a","\u0074":"user"}"#, "1 mapped"),
    ("a when=t=user", r#"{"a":"A","t":"user\ud800"}"#, r#"{"a":"A","t":"user\ud800"}"#, "1 excluded"),
    ("a when=t=user\u{fffd}", r#"{"a":"A","t":"user\ud800"}"#, r#"{"a":"A","t":"user\ud800"}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","t":null}"#, r#"{"a":"A","t":null}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","t":["user"]}"#, r#"{"a":"A","t":["user"]}"#, "1 excluded"),
    ("a when=t=user", r#"{"a":"A","t":{"user":"user"}}"#, r#"{"a":"A","t":{"user":"user"}}"#, "1 excluded"),
    ("a when=t=1", r#"{"a":"A","t":1}"#, r#"{"a":"A","t":1}"#, "1 excluded"),
    ("a when=t=true", r#"{"a":"A","t":true}"#, r#"{"a":"A","t":true}"#, "1 excluded"),
    ("a when=t=", r#"{"a":"A","t":""}"#, r#"{"a":"a","t":""}"#, "1 mapped"),
    ("a when=t=", r#"{"a":"A"}"#, r#"{"a":"A"}"#, "1 excluded"),
    ("a when=t=user", r#"{"t":"bot","a":"A","t":"user"}"#, r#"{"t":"bot","a":"a","t":"user"}"#, "1 mapped"),
    ("a when=t=user", r#"{"t":"user","a":"A","t":"bot"}"#, r#"{"t":"user","a":"A","t":"bot"}"#, "1 excluded"),
    ("a when=t=user", r#"{"t":"user","a":"A","t":null}"#, r#"{"t":"user","a":"A","t":null}"#, "1 excluded"),
    ("a when=t=user", r#"{"t":"user","a":"A","t":["user"]}"#, r#"{"t":"user","a":"A","t":["user"]}"#, "1 excluded"),
    ("a when=m.t=user", r#"{"a":"A","m":{"t":"user"}}"#, r#"{"a":"a","m":{"t":"user"}}"#, "1 mapped"),
    ("a when=m.t=user", r#"{"a":"A","m":[{"t":"user"}]}"#, r#"{"a":"A","m":[{"t":"user"}]}"#, "1 excluded"),
    ("a when=m.t=user", r#"{"a":"A","t":"user","m":null}"#, r#"{"a":"A","t":"user","m":null}"#, "1 excluded"),
    ("a when=m.t=user", r#"{"a":"A","m":{"t":"bot"},"m":{"t":"user"}}"#, r#"{"a":"a","m":{"t":"bot"},"m":{"t":"user"}}"#, "1 mapped"),
    ("a when=a=A", r#"{"a":"A"}"#, r#"{"a":"a"}"#, "1 mapped"),
    ("a when=b=B; b when=a=A", r#"{"a":"A","b":"B"}"#, r#"{"a":"a","b":"b"}"#, "1 mapped; 1 mapped"),
    ("a when=b=b; b", r#"{"a":"A","b":"B"}"#, r#"{"a":"A","b":"b"}"#, "1 excluded; 1 mapped"),
    ("m.a when=m.t=user; m.b when=m.t=bot", r#"{"m":{"a":"A","b":"B","t":"user"}}"#, r#"{"m":{"a":"a","b":"B","t":"user"}}"#, "1 mapped; 1 excluded"),
    ("m[*].a when=t=user", r#"{"m":[{"a":"A"},{},7],"t":"bot"}"#, r#"{"m":[{"a":"A"},{},7],"t":"bot"}"#, "1 excluded"),
    ("m[*].a when=t=user", r#"{"m":[{"a":"A"},{},7],"t":"user"}"#, r#"{"m":[{"a":"a"},{},7],"t":"user"}"#, "1 mapped, 1 absent, 1 wrongType"),
    ("v keys when=t=user", r#"{"v":{"A":1,"a":2},"t":"bot"}"#, r#"{"v":{"A":1,"a":2},"t":"bot"}"#, "1 excluded"),
    ("* when=t=user", r#"{"x":"A","t":"user"}"#, r#"{"x":"a","t":"user"}"#, "1 mapped, 1 unrecognized"),
    ("* when=t=user", r#"{"x":"A","t":"A"}"#, r#"{"x":"A","t":"A"}"#, "1 excluded"),
    ("$ keys when=A=B", r#"{"A":"B"}"#, r#"{"a":"B"}"#, "1 mapped"),
    ("a when=['x.y']=user", r#"{"a":"A","x.y":"user"}"#, r#"{"a":"a","x.y":"user"}"#, "1 mapped"),
    // Exemptions.
    ("a exempt=system", r#"{"a":"system"}"#, r#"{"a":"system"}"#, "1 exempt"),
    ("a exempt=system", r#"{"a":"s\u0079stem"}"#, r#"{"a":"s\u0079stem"}"#, "1 exempt"),
    ("a exempt=system", r#"{"a":"System"}"#, r#"{"a":"System"}"#, "1 unrecognized"),
    ("a exempt=system exempt=A", r#"{"a":"A"}"#, r#"{"a":"A"}"#, "1 exempt"),
    ("a exempt=K", r#"{"a":"K"}"#, r#"{"a":"K"}"#, "1 exempt"),
    ("a exempt=a", r#"{"a":"a"}"#, r#"{"a":"a"}"#, "1 exempt"),
    ("a exempt=", r#"{"a":""}"#, r#"{"a":""}"#, "1 exempt"),
    ("a exempt=null", r#"{"a":null}"#, r#"{"a":null}"#, "1 null"),
    ("a exempt=1", r#"{"a":1}"#, r#"{"a":1}"#, "1 wrongType"),
    ("a exempt=A; b", r#"{"a":"A","b":"A"}"#, r#"{"a":"A","b":"a"}"#, "1 exempt; 1 mapped"),
    ("a exempt=\u{fffd}", r#"{"a":"\ud800"}"#, r#"{"a":"\ud800"}"#, "1 unrecognized"),
    ("a exempt=A11CE000-0000-4000-8000-000000000001", r#"{"a":"a11ce000-0000-4000-8000-000000000001"}"#, r#"{"a":"a11ce000-0000-4000-8000-000000000001"}"#, "1 exempt"),
    ("a exempt=a11ce000-0000-4000-8000-000000000001", r#"{"a":"A11CE000-0000-4000-8000-000000000001"}"#, r#"{"a":"A11CE000-0000-4000-8000-000000000001"}"#, "1 exempt"),
    ("a[*].b exempt=system", r#"{"a":[{"b":"system"},{"b":"A"}]}"#, r#"{"a":[{"b":"system"},{"b":"a"}]}"#, "1 exempt, 1 mapped"),
    ("a exempt=system when=t=user", r#"{"a":"system","t":"bot"}"#, r#"{"a":"system","t":"bot"}"#, "1 excluded"),
];

/// The rules file and the export of some records, each a table of its own.
fn folder<'r>(records: impl Iterator<Item = (&'r str, &'r str)>) -> Folder {
    let folder = Folder::with(&[("ids.csv", LETTERS)]);
    let mut rules = format!("version = 1\n{FORMS}");
    for (number, (short, record)) in records.enumerate() {
        let table = format!("t{number:03}");
        rules.extend(short.split("; ").map(|short| rule(&table, short)));
        folder.write(&format!("export/{table}.jsonl"), format!("{record}\n"));
    }
    folder.write("rules.toml", rules);
    folder
}

/// The counts of a table's fields in the order of their rules.
fn counts(table: &Value, short: &str) -> String {
    let field = |short: &str| &table["fields"][short.split(' ').next().unwrap_or_default()];
    let all = short.split("; ").map(|short| told(field(short), &table["total"]));
    all.collect::<Vec<_>>().join("; ")
}

/// The counts of a field, but for those that are 0; `values` and `records`
/// must be right.
fn told(field: &Value, total: &Value) -> String {
    assert_eq!(field["records"], *total, "{field}");
    let counts = field.as_object().expect("a field").iter();
    let counts = counts.map(|(name, count)| (name.as_str(), count.as_u64().expect("a count")));
    let (sums, mut counts): (Vec<_>, Vec<_>) =
        counts.partition(|(name, _)| ["records", "values"].contains(name));
    counts.retain(|(_, count)| *count > 0);
    let is_value = |(name, _): &&(&str, u64)| !["absent", "excluded"].contains(name);
    let values: u64 = counts.iter().filter(is_value).map(|(_, count)| count).sum();
    assert!(sums.contains(&("values", values)), "{field}");
    let mut told: Vec<_> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    told.sort();
    told.join(", ")
}

fn in_order(counts: &str) -> String {
    let one = |counts: &str| {
        let mut counts: Vec<_> = counts.split(", ").collect();
        counts.sort_unstable();
        counts.join(", ")
    };
    counts.split("; ").map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn records_become_what_their_rules_say() {
    let folder = folder(RECORDS.iter().map(|(rules, record, ..)| (*rules, *record)));
    let args = "rewrite export --map ids.csv --rules rules.toml --out out --force --exit-zero";
    for more in ["", " --changes log", " --block-size 1 --threads 2 --changes log"] {
        let ran = run(&folder, &format!("{args}{more}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let report = report(&folder);
        let mut wrong = Vec::new();
        for (number, (rules, record, becomes, counted)) in RECORDS.iter().enumerate() {
            let name = format!("t{number:03}");
            let table = &report["tables"][&name];
            let found = (folder.text(&format!("out/{name}.jsonl")), counts(table, rules));
            let expected = (format!("{becomes}\n"), in_order(counted));
            if found != expected || (table["updated"] == 1) != (record != becomes) {
                wrong.push(format!("{rules}: {record} became {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{more}\n{}", wrong.join("\n"));
    }
}

/// Holds what records become against what a page says: an inline TOML table of
/// the rule whose table is `@`, the record, what it becomes, and the counts
/// that are not 0.
pub fn tables_become(rows: &[[String; 4]]) {
    let folder = Folder::with(&[("ids.csv", LETTERS)]);
    let mut rules = String::new();
    for (number, [rule, record, ..]) in rows.iter().enumerate() {
        let table = format!("t{number:03}");
        rules += &format!("  {},\n", rule.replace('@', &table));
        folder.write(&format!("export/{table}.jsonl"), format!("{record}\n"));
    }
    folder.write("rules.toml", format!("version = 1\nfield = [\n{rules}]\n{FORMS}"));
    let ran = run(&folder, "rewrite export --map ids.csv --rules rules.toml --out out --exit-zero");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report = report(&folder);
    for (number, [rule, record, becomes, counted]) in rows.iter().enumerate() {
        let name = format!("t{number:03}");
        let table = &report["tables"][&name];
        let fields: Vec<_> = table["fields"].as_object().expect("fields").values().collect();
        let found = (folder.text(&format!("out/{name}.jsonl")), told(fields[0], &table["total"]));
        let expected = (format!("{becomes}\n"), in_order(counted));
        assert_eq!(found, expected, "{rule}: {record}");
    }
}

/// Rules, a record, and its lines in the change log without table, line and
/// offset.
#[rustfmt::skip]
const LOGGED: &[(&str, &str, &[&str])] = &[
    ("a", r#"{"a":"A"}"#, &[r#"{"path":"/a","old":"A","new":"a"}"#]),
    ("['a/b~c']", r#"{"a/b~c":"A"}"#, &[r#"{"path":"/a~1b~0c","old":"A","new":"a"}"#]),
    ("['']", r#"{"":"A"}"#, &[r#"{"path":"/","old":"A","new":"a"}"#]),
    ("['a\"b'][*]", r#"{"a\"b":["A"]}"#, &[r#"{"path":"/a\"b/0","old":"A","new":"a"}"#]),
    ("a.b", r#"{"a":{"b":"A"}}"#, &[r#"{"path":"/a/b","old":"A","new":"a"}"#]),
    ("a[*]", r#"{"a":["Q","A",null,"\u0042"]}"#, &[
        r#"{"path":"/a/1","old":"A","new":"a"}"#,
        r#"{"path":"/a/3","old":"B","oldToken":"\"\\u0042\"","new":"b"}"#]),
    ("a[*]", r#"{"a":{"x/y":"A","~":"B","\u00e9\t":"C"}}"#, &[
        r#"{"path":"/a/x~1y","old":"A","new":"a"}"#,
        r#"{"path":"/a/~0","old":"B","new":"b"}"#,
        r#"{"path":"/a/é\t","old":"C","new":"c"}"#]),
    ("a[*].b[*]", r#"{"a":[[],{"b":{"c":"A"}},{"b":[1,"B"]}]}"#, &[
        r#"{"path":"/a/1/b/c","old":"A","new":"a"}"#,
        r#"{"path":"/a/2/b/1","old":"B","new":"b"}"#]),
    ("a[*]", r#"{"a":[0,1,2,3,4,5,6,7,8,9,"A"]}"#, &[r#"{"path":"/a/10","old":"A","new":"a"}"#]),
    ("a.b", r#"{"a":{"b":"A"},"a":{"b":"B"}}"#, &[
        r#"{"path":"/a/b","old":"A","new":"a"}"#, r#"{"path":"/a/b","old":"B","new":"b"}"#]),
    ("*", r#"{"b":"A","a\ud800":"B"}"#, &[
        r#"{"path":"/b","old":"A","new":"a"}"#, r#"{"path":"/a�","old":"B","new":"b"}"#]),
    // By bytes, whatever the order of the rules.
    ("b; a.x; c[*]", r#"{"c":["A"],"a":{"y":1,"x":"B"},"b":"C"}"#, &[
        r#"{"path":"/c/0","old":"A","new":"a"}"#,
        r#"{"path":"/a/x","old":"B","new":"b"}"#,
        r#"{"path":"/b","old":"C","new":"c"}"#]),
    // Member names.
    ("v keys", r#"{"v":{"A":1,"Q":2,"\u0042":3}}"#, &[
        r#"{"path":"/v/A","old":"A","new":"a","key":true}"#,
        r#"{"path":"/v/B","old":"B","oldToken":"\"\\u0042\"","new":"b","key":true}"#]),
    ("v.*; $.v keys", r#"{"v":{"A":"B"}}"#, &[
        r#"{"path":"/v/A","old":"A","new":"a","key":true}"#, r#"{"path":"/v/A","old":"B","new":"b"}"#]),
    ("v[*] keys", r#"{"v":[{},{"A":{"A":1}}]}"#, &[r#"{"path":"/v/1/A","old":"A","new":"a","key":true}"#]),
    ("v keys; v.*.w", r#"{"v":{"A":{"w":"B"}}}"#, &[
        r#"{"path":"/v/A","old":"A","new":"a","key":true}"#, r#"{"path":"/v/A/w","old":"B","new":"b"}"#]),
    ("$ keys", r#"{"A":1}"#, &[r#"{"path":"/A","old":"A","new":"a","key":true}"#]),
    ("v keys", r#"{"v":{"A":1,"a":2,"B":3}}"#, &[r#"{"path":"/v/B","old":"B","new":"b","key":true}"#]),
    ("v keys", r#"{"v":{"A11CE000-0000-4000-8000-000000000001":1}}"#, &[
        r#"{"path":"/v/A11CE000-0000-4000-8000-000000000001","old":"A11CE000-0000-4000-8000-000000000001","new":"u","key":true}"#]),
    // Nothing of what is left out.
    ("a when=t=user", r#"{"a":"A","t":"bot"}"#, &[]),
    ("a exempt=A", r#"{"a":"A"}"#, &[]),
    ("a[*] when=t=user; b", r#"{"a":["A"],"b":"B","t":"bot"}"#, &[r#"{"path":"/b","old":"B","new":"b"}"#]),
    // The record's `_id`, wherever it stands.
    ("a.b", r#"{"_id":"r","a":{"b":"A"}}"#, &[r#"{"_id":"r","path":"/a/b","old":"A","new":"a"}"#]),
    ("a.b", r#"{"a":{"b":"A","_id":"x"},"_id":7.0}"#, &[r#"{"_id":7.0,"path":"/a/b","old":"A","new":"a"}"#]),
    ("a.b", r#"{"_id":"q","a":{"b":"A"},"\u005fid":"r"}"#, &[r#"{"_id":"r","path":"/a/b","old":"A","new":"a"}"#]),
    ("a.b", r#"{"_id":["r"],"a":{"b":"A"}}"#, &[r#"{"path":"/a/b","old":"A","new":"a"}"#]),
    ("*", r#"{"a":"A","_id":"r","b":"B"}"#, &[
        r#"{"_id":"r","path":"/a","old":"A","new":"a"}"#, r#"{"_id":"r","path":"/b","old":"B","new":"b"}"#]),
    ("*.a", r#"{"x":{"a":"A"},"_id":"r"}"#, &[r#"{"_id":"r","path":"/x/a","old":"A","new":"a"}"#]),
    ("*.a", r#"{"_id":{"a":"A"}}"#, &[r#"{"path":"/_id/a","old":"A","new":"a"}"#]),
    ("$ keys", r#"{"A":1,"_id":"r"}"#, &[r#"{"_id":"r","path":"/A","old":"A","new":"a","key":true}"#]),
    // Where it is rewritten itself, the log keeps what stood there.
    ("_id", r#"{"_id":"A"}"#, &[r#"{"_id":"A","path":"/_id","old":"A","new":"a"}"#]),
    ("_id; a.b", r#"{"a":{"b":"B"},"_id":"A"}"#, &[
        r#"{"_id":"A","path":"/a/b","old":"B","new":"b"}"#, r#"{"_id":"A","path":"/_id","old":"A","new":"a"}"#]),
    ("*", r#"{"_id":"A"}"#, &[r#"{"_id":"A","path":"/_id","old":"A","new":"a"}"#]),
    ("_id when=t=user; a", r#"{"_id":"A","a":"B"}"#, &[r#"{"_id":"A","path":"/a","old":"B","new":"b"}"#]),
    ("a when=_id=r", r#"{"_id":"r","a":"A"}"#, &[r#"{"_id":"r","path":"/a","old":"A","new":"a"}"#]),
];

#[test]
fn the_change_log_says_where_ids_stood() {
    let folder = folder(LOGGED.iter().map(|(rules, record, _)| (*rules, *record)));
    let args = "rewrite export --map ids.csv --rules rules.toml --exit-zero --dry-run --force";
    for more in ["", " --block-size 1 --threads 2"] {
        let ran = run(&folder, &format!("{args} --changes log{more}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let mut wanted = Vec::new();
        for (number, (.., lines)) in LOGGED.iter().enumerate() {
            for line in *lines {
                let mut line = json(line);
                line["table"] = format!("t{number:03}").into();
                (line["line"], line["offset"]) = (1.into(), 0.into());
                wanted.push(line);
            }
        }
        let log = folder.text("log");
        let found: Vec<_> = log.lines().map(json).collect();
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!(found, wanted, "{more}");
        }
        assert_eq!(found.len(), wanted.len(), "{more}");
    }
}

/// Depth is data, inside of places and beside them.
#[test]
fn nesting_has_no_limit() {
    let lists = "[".repeat(100_000) + &"]".repeat(100_000);
    let objects = "{\"a\":".repeat(100_000) + "\"A\"" + &"}".repeat(100_000);
    let steps = vec!["a"; 200].join(".");
    let inside = "{\"a\":".repeat(200) + "\"A\"" + &"}".repeat(200);
    let cases = [
        ("a", lists.as_str(), "1 wrongType"),
        ("a", objects.as_str(), "1 wrongType"),
        ("a.b", lists.as_str(), "1 wrongType"),
        ("a.a.a.a", objects.as_str(), "1 wrongType"),
        ("a.b", objects.as_str(), "1 absent"),
        ("a.a.b keys", objects.as_str(), "1 absent"),
        ("a[*]", lists.as_str(), "1 wrongType"),
        ("a.*.*[*]", objects.as_str(), "1 wrongType"),
        ("a keys", objects.as_str(), "1 already"),
        ("b when=a.a.a=A", objects.as_str(), "1 excluded"),
        (steps.as_str(), &inside[5..inside.len() - 1], "1 mapped"),
    ];
    for value in [lists.as_str(), objects.as_str()] {
        let record = format!("{{\"x\":{value},\"b\":{{\"x\":{value},\"c\":\"A\"}},\"y\":{value}}}");
        let folder = folder([("b.c; $.x.b.c when=b.c=A; *.z", record.as_str())].into_iter());
        let args = "rewrite export --map ids.csv --rules rules.toml --out out --changes log";
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        assert_eq!(
            folder.text("out/t000.jsonl"),
            record.replace("\"c\":\"A\"", "\"c\":\"a\"") + "\n"
        );
    }
    let records = cases.map(|(rules, value, _)| (rules, format!("{{\"a\":{value}}}")));
    let folder = folder(records.iter().map(|(rules, record)| (*rules, record.as_str())));
    let args = "rewrite export --map ids.csv --rules rules.toml --out out --exit-zero";
    let ran = run(&folder, args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report = report(&folder);
    for (number, (rules, _, counted)) in cases.iter().enumerate() {
        assert_eq!(counts(&report["tables"][format!("t{number:03}")], rules), *counted, "{rules}");
    }
}

/// Lists of a length at which time that grew with its square would be minutes.
#[test]
fn lists_can_be_long() {
    let times = |times, item: &str| vec![item; times].join(",");
    let many = |item: &str| times(100_000, item);
    let more = |item: &str| times(400_000, item);
    let cases = [
        ("a[*]", format!("[{}]", many("\"A\"")), "100000 mapped"),
        ("a[*].b", format!("[{}]", many("{\"b\":\"A\"}")), "100000 mapped"),
        (
            "a[*].b",
            format!("[{},{}]", more("{}"), more("{\"b\":0,\"b\":1}")),
            "400000 absent, 800000 wrongType",
        ),
        ("a keys", format!("{{{}}}", many("\"A\":1")), "100000 collided"),
        ("a[*] keys", format!("[{}]", many("{\"A\":1}")), "100000 mapped"),
        ("a.b", format!("[{}]", many("{\"b\":\"A\"}")), "1 wrongType"),
    ];
    let records = cases.each_ref().map(|(rules, value, _)| (*rules, format!("{{\"a\":{value}}}")));
    let folder = folder(records.iter().map(|(rules, record)| (*rules, record.as_str())));
    let args =
        "rewrite export --map ids.csv --rules rules.toml --out out --changes log --exit-zero";
    let ran = run(&folder, args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report = report(&folder);
    for (number, (rules, _, counted)) in cases.iter().enumerate() {
        assert_eq!(counts(&report["tables"][format!("t{number:03}")], rules), *counted, "{rules}");
    }
}
