//! The attribute `unknot_std::test`, which `unknot-std` re-exports and documents.
//!
//! It reads no more of a function than it has to: what stands before `fn`, the name, that
//! there are no arguments, and the body, which is passed on as it is. So nothing is needed but
//! the tokens that the compiler hands over, and what is wrong is told at the token that is.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// How the value of an option is passed to the builder.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    /// An expression.
    Value,
    /// Nothing: its name is enough.
    Nothing,
}

/// The options: each is a method of `Builder`, and some leave something out on purpose.
const OPTIONS: [(&str, Takes, bool); 19] = [
    ("allow", Takes::Value, false),
    ("allow_outside", Takes::Nothing, false),
    ("cross_check", Takes::Value, false),
    ("fail_fast", Takes::Nothing, false),
    ("fail_on", Takes::Value, false),
    ("jobs", Takes::Value, false),
    ("max_executions", Takes::Value, false),
    ("max_steps", Takes::Value, true),
    ("name", Takes::Value, false),
    ("patience", Takes::Value, false),
    ("preemptions", Takes::Value, true),
    ("seed", Takes::Value, false),
    ("spurious", Takes::Value, false),
    ("stack", Takes::Value, false),
    ("strategy", Takes::Value, false),
    ("time", Takes::Value, false),
    ("timeouts", Takes::Value, true),
    ("verbose", Takes::Nothing, false),
    ("weak", Takes::Value, false),
];

/// What is wrong, and where.
struct Wrong {
    at: Span,
    why: String,
}

type Read<T> = Result<T, Wrong>;

fn wrong<T>(at: Span, why: impl Into<String>) -> Read<T> {
    Err(Wrong { at, why: why.into() })
}

/// One option.
struct Setting {
    name: Ident,
    value: TokenStream,
    is_bound: bool,
}

/// The parts of a function that are needed.
struct Function {
    /// Attributes and visibility.
    before: TokenStream,
    is_async: bool,
    name: Ident,
    /// From `fn` to the end.
    rest: TokenStream,
}

/// Checks the body of a test in every order.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    let read = settings(options).and_then(|settings| Ok((settings, function(item.clone())?)));
    match read {
        Ok((settings, function)) => expand(&settings, function),
        // The function stays, so that what is told is this alone.
        Err(wrong) => [complaint(&wrong), item].into_iter().collect(),
    }
}

/// A pattern without `mut` and `ref`, to be matched with what is only looked at.
#[proc_macro]
pub fn unbound(pattern: TokenStream) -> TokenStream {
    let is_kept = |token: &TokenTree| !["mut", "ref"].iter().any(|word| is_word(token, word));
    let inside = |token| match token {
        TokenTree::Group(group) => {
            let mut kept = Group::new(group.delimiter(), unbound(group.stream()));
            kept.set_span(group.span());
            kept.into()
        }
        token => token,
    };
    pattern.into_iter().filter(is_kept).map(inside).collect()
}

/// `name = value, name, …`
fn settings(options: TokenStream) -> Read<Vec<Setting>> {
    let mut settings: Vec<Setting> = vec![];
    let mut tokens = options.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(name) = token else {
            return wrong(token.span(), format!("the name of an option is expected: {}", known()));
        };
        let text = name.to_string();
        let Some(&(_, takes, is_bound)) = OPTIONS.iter().find(|option| option.0 == text) else {
            return wrong(name.span(), format!("there is no option `{text}`: {}", known()));
        };
        if settings.iter().any(|known| known.name.to_string() == text) && text != "allow" {
            return wrong(name.span(), format!("`{text}` is given twice"));
        }
        let has_value = tokens.next_if(|token| is_punct(token, '=')).is_some();
        let mut value = vec![];
        while let Some(token) = tokens.next_if(|token| !is_punct(token, ',')) {
            value.push(token);
        }
        tokens.next();
        match takes {
            Takes::Value if !has_value || value.is_empty() => {
                return wrong(name.span(), format!("`{text}` needs a value: `{text} = …`"));
            }
            Takes::Nothing if has_value || !value.is_empty() => {
                let at = value.first().map_or(name.span(), TokenTree::span);
                return wrong(at, format!("`{text}` takes no value"));
            }
            _ => {}
        }
        settings.push(Setting { name, value: value.into_iter().collect(), is_bound });
    }
    Ok(settings)
}

/// All options, for a message.
fn known() -> String {
    let names: Vec<&str> = OPTIONS.iter().map(|option| option.0).collect();
    format!("there are {}", names.join(", "))
}

fn is_punct(token: &TokenTree, of: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == of)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}

/// Takes a function apart.
fn function(item: TokenStream) -> Read<Function> {
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let Some(at) = tokens.iter().position(|token| is_word(token, "fn")) else {
        let at = tokens.first().map_or_else(Span::call_site, TokenTree::span);
        return wrong(at, "a test is a function: `fn name() { … }`");
    };
    let mut before = tokens[..at].to_vec();
    let mut is_async = false;
    while let Some(word) = before.pop_if(|token| {
        ["async", "unsafe", "const", "extern"].iter().any(|word| is_word(token, word))
    }) {
        if !is_word(&word, "async") {
            return wrong(word.span(), format!("a test cannot be `{word}`"));
        }
        is_async = true;
    }
    let rest = &tokens[at..];
    let [_, TokenTree::Ident(name), arguments, ..] = rest else {
        return wrong(tokens[at].span(), "a function has a name and arguments");
    };
    let TokenTree::Group(arguments) = arguments else {
        return wrong(arguments.span(), "a test has no parameters of types or lifetimes");
    };
    if let Some(first) = arguments.stream().into_iter().next() {
        let why = "a test takes no arguments; a `unknot_std::choose(n)` inside takes each of n";
        return wrong(first.span(), why);
    }
    match rest.last() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {}
        _ => return wrong(name.span(), "a test has a body"),
    }
    Ok(Function {
        before: before.into_iter().collect(),
        is_async,
        name: name.clone(),
        rest: rest.iter().cloned().collect(),
    })
}

/// The test: the function itself, inside of one that checks it.
fn expand(settings: &[Setting], function: Function) -> TokenStream {
    let Function { before, is_async, name, rest } = function;
    let mut builder = parsed("::unknot_std::Builder::new()");
    for Setting { name, value, .. } in settings {
        builder.extend(parsed("."));
        builder.extend([TokenTree::from(name.clone()), in_parentheses(value.clone())]);
    }
    let program: TokenStream = match is_async {
        false => TokenTree::from(name.clone()).into(),
        true => {
            let called = TokenStream::from_iter([name.clone().into(), in_parentheses(parsed(""))]);
            let mut program = parsed("|| ::unknot_std::future::block_on");
            program.extend([in_parentheses(called)]);
            program
        }
    };
    builder.extend(parsed(".check"));
    builder.extend([in_parentheses(program)]);
    builder.extend(parsed(match settings.iter().any(|setting| setting.is_bound) {
        true => ".assert_pass_bounded();",
        false => ".assert_pass();",
    }));
    let inner = parsed(if is_async { "async" } else { "" });
    let body: TokenStream = [inner, rest, builder].into_iter().collect();
    let mut test = parsed("#[::core::prelude::v1::test]");
    test.extend(before);
    test.extend(parsed("fn"));
    test.extend([name.into(), in_parentheses(parsed(""))]);
    test.extend([TokenTree::from(Group::new(Delimiter::Brace, body))]);
    test
}

fn parsed(code: &str) -> TokenStream {
    code.parse().expect("it is Rust")
}

fn in_parentheses(inside: TokenStream) -> TokenTree {
    Group::new(Delimiter::Parenthesis, inside).into()
}

/// `compile_error!` at the place of what is wrong.
fn complaint(wrong: &Wrong) -> TokenStream {
    let complaint = parsed(&format!("::core::compile_error! {{ {:?} }}", wrong.why));
    let at = |mut token: TokenTree| {
        token.set_span(wrong.at);
        token
    };
    complaint.into_iter().map(at).collect()
}
