//! Names whose spellings differ by more than the rules of [`super::respelling`] tell: with their spellings in Latin
//! letters and, for Arabic ones, how they are written there.
//!
//! Arabic writes no short vowels, so `محمد` could be read MAHMUD; only a list knows that MAHMUD is another name.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// A name and its writings.
struct Variants {
    /// As [`without_marks`] leaves them.
    arabic: &'static [&'static str],
    /// Patterns for the Latin ones. A capital stands for itself, consonants also doubled; `?` behind it says that it
    /// may be left out. For the rest see [`sounds`].
    latin: &'static [&'static str],
}

/// Returns how a sound is written that has several spellings.
fn sounds(sound: u8) -> &'static [&'static str] {
    match sound {
        // Short vowels.
        b'1' => &["A", "E"],
        b'2' => &["I", "E"],
        b'3' => &["U", "O", "OU"],
        // Long ones, and diphthongs.
        b'a' => &["A", "AA"],
        b'i' => &["I", "Y", "EE", "IE"],
        b'u' => &["U", "OU", "OO", "O"],
        b'y' => &["AI", "AY", "EI", "EY"],
        b'w' => &["AW", "AOU", "AU", "OW"],
        // Consonants.
        b'j' => &["J", "G", "DJ"],
        b'k' => &["KH", "K", "CH"],
        b'q' => &["Q", "K", "C", "CK", "G"],
        b's' => &["SH", "CH", "SCH"],
        b't' => &["TH", "T", "S"],
        b'z' => &["Z", "D", "DH", "TH"],
        _ => &[],
    }
}

/// The listed names that a word spells, by their places in the list. No word spells more than a few.
#[derive(Default)]
pub(super) struct Listed(Vec<usize>);

impl Listed {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether both words spell one of them.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().any(|name| other.0.contains(name))
    }
}

/// Returns the listed names that a word spells, given its readings in Latin capitals.
pub(super) fn listed<'r>(readings: impl Iterator<Item = &'r str>) -> Listed {
    let mut names = Vec::new();
    for word in readings.map(str::as_bytes).filter(|word| word.len() <= LONGEST) {
        for pattern in word.first().map(|first| by_first_letter(*first)).unwrap_or_default() {
            if pattern.lengths.contains(&word.len()) && fits(pattern.text, word) {
                names.push(pattern.name);
            }
        }
    }
    names.dedup();
    Listed(names)
}

struct Pattern {
    /// The place of its name in the list.
    name: usize,
    text: &'static [u8],
    /// How long the words are that may fit it.
    lengths: RangeInclusive<usize>,
}

impl Pattern {
    fn new(name: usize, text: &'static [u8]) -> Self {
        let (mut shortest, mut longest) = (0, 0);
        let mut rest = text;
        while let Some((letter, after)) = rest.split_first() {
            let (after, is_optional) = optional(after);
            let lengths = sounds(*letter).iter().map(|sound| sound.len());
            shortest += if is_optional { 0 } else { lengths.clone().min().unwrap_or(1) };
            longest += lengths.max().unwrap_or(1 + usize::from(is_consonant(*letter)));
            rest = after;
        }
        Self { name, text, lengths: shortest..=longest }
    }
}

/// Returns the patterns of words that begin with a letter.
fn by_first_letter(letter: u8) -> &'static [Pattern] {
    static BY_LETTER: LazyLock<[Vec<Pattern>; LETTERS]> = LazyLock::new(|| {
        let patterns =
            || NAMES.iter().enumerate().flat_map(|(at, name)| name.latin.iter().map(move |text| (at, text.as_bytes())));
        let letters: [u8; LETTERS] =
            std::array::from_fn(|at| b'A'.saturating_add(u8::try_from(at).unwrap_or_default()));
        letters.map(|letter| {
            let beginning = patterns().filter(|(_, text)| may_begin(text, letter));
            beginning.map(|(name, text)| Pattern::new(name, text)).collect()
        })
    });
    let at = letter.checked_sub(b'A').map(usize::from);
    at.and_then(|at| BY_LETTER.get(at)).map(Vec::as_slice).unwrap_or_default()
}

const LETTERS: usize = 26;

/// Longest word that is looked up; all listed names are shorter.
const LONGEST: usize = 20;

/// No pattern begins with what may be left out.
fn may_begin(pattern: &[u8], letter: u8) -> bool {
    pattern.first().is_some_and(|first| {
        *first == letter || sounds(*first).iter().any(|sound| sound.as_bytes().first() == Some(&letter))
    })
}

/// Returns whether a word in Latin capitals spells listed names, but not the one that is written `arabic`, which is
/// listed too.
pub(super) fn is_another(latin: &str, arabic: &str) -> bool {
    let arabic = without_marks(arabic);
    let is_this = |name: &Variants| name.arabic.contains(&arabic.as_str());
    if !NAMES.iter().any(is_this) {
        return false;
    }
    let spelt = listed([latin].into_iter());
    !spelt.is_empty() && !spelt.0.iter().filter_map(|name| NAMES.get(*name)).any(is_this)
}

/// Letters that are written in several ways made one, marks left out.
fn without_marks(arabic: &str) -> String {
    let letters = arabic.chars().filter(|c| !matches!(c, '\u{64b}'..='\u{65f}' | '\u{670}'));
    letters
        .map(|c| match c {
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ی' | 'ى' => 'ي',
            'ک' => 'ك',
            'ة' | 'ہ' | 'ە' => 'ه',
            c => c,
        })
        .collect()
}

/// Returns whether the whole word fits the pattern. The patterns are the table's, which bounds the number of ways.
fn fits(pattern: &[u8], word: &[u8]) -> bool {
    let Some((letter, rest)) = pattern.split_first() else { return word.is_empty() };
    let (rest, is_optional) = optional(rest);
    if is_optional && fits(rest, word) {
        return true;
    }
    if letter.is_ascii_uppercase() {
        let Some(after) = word.strip_prefix(&[*letter]) else { return false };
        return fits(rest, after)
            || (is_consonant(*letter) && after.strip_prefix(&[*letter]).is_some_and(|after| fits(rest, after)));
    }
    sounds(*letter).iter().any(|sound| word.strip_prefix(sound.as_bytes()).is_some_and(|after| fits(rest, after)))
}

/// Returns what comes behind a letter of a pattern, and whether the letter may be left out.
fn optional(behind: &[u8]) -> (&[u8], bool) {
    behind.strip_prefix(b"?").map_or((behind, false), |rest| (rest, true))
}

fn is_consonant(letter: u8) -> bool {
    !matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U')
}

const NAMES: &[Variants] = &[
    Variants { arabic: &["محمد"], latin: &["M3HaM1D", "M3HEM1D"] },
    Variants { arabic: &["محمود"], latin: &["M1HMuD"] },
    Variants { arabic: &["احمد"], latin: &["1HM1D"] },
    Variants { arabic: &["حامد"], latin: &["HaM2D"] },
    Variants { arabic: &["حميد"], latin: &["H1MiD"] },
    Variants { arabic: &["حماد"], latin: &["HAMMaD"] },
    Variants { arabic: &["حمد"], latin: &["HAMAD"] },
    Variants { arabic: &["مصطفي"], latin: &["M3ST1FA"] },
    Variants { arabic: &["حسن"], latin: &["H1S1N"] },
    Variants { arabic: &["حسين"], latin: &["H3SyN", "H3SEEN", "HOSSAIN"] },
    Variants { arabic: &["حسان"], latin: &["HASSANE", "HASSAAN"] },
    Variants { arabic: &["محسن"], latin: &["M3HS2N"] },
    Variants { arabic: &["احسان"], latin: &["2HSaN"] },
    Variants { arabic: &["علي"], latin: &["ALi"] },
    Variants { arabic: &["علاء"], latin: &["ALaA?", "ALAE"] },
    Variants { arabic: &["عليا", "علياء"], latin: &["ALIA", "ALYA", "ALIYA", "ALIAA", "ALIYAH"] },
    Variants { arabic: &["عمر"], latin: &["3M1R"] },
    Variants { arabic: &["عمرو"], latin: &["AMR", "AMROU?", "AMRU"] },
    Variants { arabic: &["عامر"], latin: &["AMER", "AAMER", "AAMIR"] },
    Variants { arabic: &["عمار"], latin: &["AMMaR"] },
    Variants { arabic: &["امير"], latin: &["1MIR", "AMEER"] },
    Variants { arabic: &["اميره"], latin: &["1MIRAH?", "AMEERAH?"] },
    Variants { arabic: &["عثمان"], latin: &["3tMaN"] },
    Variants { arabic: &["اسامه"], latin: &["3SaM1H?"] },
    Variants { arabic: &["يوسف"], latin: &["YuS1F", "YuS3F", "YuS2F", "YuC3F", "YuC2F", "YuSEPH"] },
    Variants { arabic: &["يونس"], latin: &["YuN3S", "YuN2S"] },
    Variants { arabic: &["خالد"], latin: &["kaL2D"] },
    Variants { arabic: &["خليل"], latin: &["k1LiL"] },
    Variants { arabic: &["خديجه"], latin: &["k1DiDjAH?", "k1DijAH?", "HADIDJA"] },
    Variants { arabic: &["طارق"], latin: &["TaRIq", "TaREq"] },
    Variants { arabic: &["كريم"], latin: &["K1RIM", "K1REEM", "KRIM"] },
    Variants { arabic: &["كريمه"], latin: &["K1RIMAH?", "K1REEMAH?"] },
    Variants { arabic: &["اكرم"], latin: &["1KR1M"] },
    Variants { arabic: &["جمال"], latin: &["j1MaL", "j1MEL"] },
    Variants { arabic: &["جميل"], latin: &["j1MIL", "j1MEEL"] },
    Variants { arabic: &["جميله"], latin: &["j1MILAH?", "j1MEELAH?"] },
    Variants { arabic: &["كمال"], latin: &["K1MaL"] },
    Variants { arabic: &["كامل"], latin: &["KaMIL", "KaMEL"] },
    Variants { arabic: &["رشيد"], latin: &["R1sID", "R1sEED"] },
    Variants { arabic: &["راشد"], latin: &["RaSHID", "RaSHED", "RaCHED"] },
    Variants { arabic: &["رشاد"], latin: &["R1saD"] },
    Variants { arabic: &["عائشه"], latin: &["yS?HAH?", "ysAH?", "ysEH?", "AICHA"] },
    Variants { arabic: &["مراد"], latin: &["M3RaDE?"] },
    Variants { arabic: &["نور"], latin: &["NuR"] },
    Variants { arabic: &["نوره", "نورا"], latin: &["NuRAH?"] },
    Variants { arabic: &["سعيد"], latin: &["S1ID", "S1EED", "SAYID"] },
    Variants { arabic: &["سعد"], latin: &["SaD"] },
    Variants { arabic: &["سعود"], latin: &["S1uD"] },
    Variants { arabic: &["سيد"], latin: &["S1Y2D"] },
    Variants { arabic: &["سالم"], latin: &["SaL2M"] },
    Variants { arabic: &["سليم"], latin: &["S1LIM", "S1LEEM"] },
    Variants { arabic: &["سلام"], latin: &["SALaM"] },
    Variants { arabic: &["صالح"], latin: &["SaL2H"] },
    Variants { arabic: &["صلاح"], latin: &["SALAH", "SALAAH"] },
    Variants { arabic: &["سلمان"], latin: &["S1LMaN"] },
    Variants { arabic: &["سليمان"], latin: &["S3LyMaN", "S3LIMaN", "S3LEMaN"] },
    Variants { arabic: &["سمير"], latin: &["S1MIR", "S1MEER"] },
    Variants { arabic: &["سامر"], latin: &["SAMER", "SAAMER"] },
    Variants { arabic: &["سمر"], latin: &["SAMAR"] },
    Variants { arabic: &["نبيل"], latin: &["N1BIL", "N1BEEL"] },
    Variants { arabic: &["نادر"], latin: &["NaD2R"] },
    Variants { arabic: &["نذير"], latin: &["N1zIR", "N1zEER"] },
    Variants { arabic: &["ناصر"], latin: &["NaS2R"] },
    Variants { arabic: &["نصار"], latin: &["NASSAR"] },
    Variants { arabic: &["نصر"], latin: &["NASR", "NASER"] },
    Variants { arabic: &["منصور"], latin: &["M1NSuR"] },
    Variants { arabic: &["فيصل"], latin: &["FySaL", "FyS1L", "FyC1L"] },
    Variants { arabic: &["فهد"], latin: &["F1HD", "FAH1D"] },
    Variants { arabic: &["فواد", "فؤاد"], latin: &["F3aD", "F3OUAD"] },
    Variants { arabic: &["فاروق"], latin: &["F1RuqE?"] },
    Variants { arabic: &["فريد"], latin: &["F1RID", "F1REED"] },
    Variants { arabic: &["فاطمه"], latin: &["FaTIMAH?", "FaTMAH?", "FaTEMEH", "FATIMEH"] },
    Variants { arabic: &["زينب"], latin: &["ZyN1B", "ZIN1B"] },
    Variants { arabic: &["زهره", "زهراء"], latin: &["Z1HRAH?", "ZOHRAH?", "ZAHRAA"] },
    Variants { arabic: &["ليلي"], latin: &["LyLAH?"] },
    Variants { arabic: &["مريم"], latin: &["M1RY1M", "M1RI1M", "M1RIEM", "MIRIAM"] },
    Variants { arabic: &["قاسم"], latin: &["qaS2M", "GHASSEM", "GHASEM"] },
    Variants { arabic: &["هاشم"], latin: &["Has2M"] },
    Variants { arabic: &["هشام"], latin: &["H2saM", "HICHEM"] },
    Variants { arabic: &["ابراهيم"], latin: &["2BRaHIM", "2BRaHEEM", "2BRaHEM", "BRAHIM"] },
    Variants { arabic: &["اسماعيل"], latin: &["2SMaIL", "2SMaEL", "2SMAEEL", "2SMAYIL"] },
    Variants { arabic: &["اسحاق", "اسحق"], latin: &["2SHaq"] },
    Variants { arabic: &["ادريس"], latin: &["2DRIS", "2DREES", "DRISS"] },
    Variants { arabic: &["ياسين"], latin: &["Y1SINE?", "Y1SEEN", "YACINE?"] },
    Variants { arabic: &["ياسر"], latin: &["Y1S2R"] },
    Variants { arabic: &["ايمن"], latin: &["yM1NE?"] },
    Variants { arabic: &["امين"], latin: &["AMINE?", "AMEEN", "EMIN"] },
    Variants { arabic: &["ايمان"], latin: &["IMaNE?", "EMAN", "EEMAN"] },
    Variants { arabic: &["معمر"], latin: &["M3AMM1R", "MOAMMAR"] },
    Variants { arabic: &["منير"], latin: &["M3NIR", "M3NEER"] },
    Variants { arabic: &["وليد"], latin: &["W1LID", "W1LEED", "OUALID"] },
    Variants { arabic: &["وائل"], latin: &["Wa2L", "OUAEL", "WAYEL"] },
    Variants { arabic: &["بلال"], latin: &["B2LaL", "BILLEL"] },
    Variants { arabic: &["جلال"], latin: &["j1LaL"] },
    Variants { arabic: &["طلال"], latin: &["T1LaL"] },
    Variants { arabic: &["هلال"], latin: &["H2LaL"] },
    Variants { arabic: &["انور"], latin: &["ANW1R", "ANOUAR"] },
    Variants { arabic: &["انس"], latin: &["AN1S"] },
    Variants { arabic: &["مهدي"], latin: &["M1HDi"] },
    Variants { arabic: &["هادي"], latin: &["HaDi"] },
    Variants { arabic: &["ماجد"], latin: &["Maj2D"] },
    Variants { arabic: &["مجيد"], latin: &["M1jID", "M1jEED"] },
    Variants { arabic: &["زياد"], latin: &["ZIaD", "ZIYaD", "ZYaD"] },
    Variants { arabic: &["زيد"], latin: &["ZyD"] },
    Variants { arabic: &["زايد"], latin: &["ZaY2D"] },
    Variants { arabic: &["شيخه"], latin: &["syKHAH?"] },
    Variants { arabic: &["رانيا"], latin: &["RaNIA", "RaNYA", "RaNIYA"] },
    Variants { arabic: &["رضا"], latin: &["RIDHA", "RIDA", "REDA"] },
    Variants { arabic: &["حيدر"], latin: &["HyD1R"] },
    Variants { arabic: &["جعفر"], latin: &["jaF1R", "jAAF1R"] },
    Variants { arabic: &["عباس"], latin: &["ABBaS"] },
    Variants { arabic: &["شريف"], latin: &["s1RIF", "s1REEF"] },
    Variants { arabic: &["لطيف"], latin: &["L1TIF", "L1TEEF"] },
    Variants { arabic: &["حبيب"], latin: &["H1BIB", "H1BEEB"] },
    Variants { arabic: &["عزيز"], latin: &["1ZIZ", "1ZEEZ"] },
    Variants { arabic: &["عزيزه"], latin: &["1ZIZAH?", "1ZEEZAH?"] },
    Variants { arabic: &["جواد"], latin: &["JAWaD", "DJAOUAD", "JOUAD", "JAVAD"] },
    Variants { arabic: &["طاهر"], latin: &["TaH2R", "TAHAR"] },
    Variants { arabic: &["زاهر"], latin: &["ZaH2R"] },
    Variants { arabic: &["خوري"], latin: &["k3RI", "k3RY", "k3REY"] },
    Variants { arabic: &["رحمن"], latin: &["R1HMaNE?"] },
    Variants { arabic: &["رحيم"], latin: &["R1HIM", "R1HEEM"] },
    Variants {
        arabic: &["عبدالرحمن"],
        latin: &["ABD3?1?L?R?R1HMaNE?", "ABD3LR1HMaNE?", "ABD1LR1HMaNE?", "ABD1R1HMaNE?", "ABD3R1HMaNE?"],
    },
    Variants { arabic: &["عبدالرحيم"], latin: &["ABD3LR1HIM", "ABD1LR1HIM", "ABD1R1HIM", "ABD3R1HIM"] },
    Variants {
        arabic: &["عبدالكريم"],
        latin: &["ABD3LK1RIM", "ABD1LK1RIM", "ABD3LK1REEM", "ABD1LKRIM", "ABD1LK1REEM"],
    },
    Variants { arabic: &["عبدالقادر"], latin: &["ABD3LqaD2R", "ABD1LqaD2R", "ABD1LGHaD2R"] },
    Variants { arabic: &["عبدالعزيز"], latin: &["ABD3L1ZIZ", "ABD1L1ZIZ", "ABD3L1ZEEZ"] },
    Variants { arabic: &["عبدالعظيم"], latin: &["ABD3L1zIM", "ABD1L1zIM"] },
    Variants { arabic: &["عبدالله"], latin: &["ABD3LAH?", "ABD1LAH?", "ABD1LLAH?", "ABD3LLAH?"] },
    Variants { arabic: &["عبدالحميد"], latin: &["ABD3LH1MID", "ABD1LH1MID"] },
    Variants { arabic: &["عبدالسلام"], latin: &["ABD3LS1LaM", "ABD1LS1LaM", "ABD1S1LaM", "ABD3S1LaM"] },
    Variants { arabic: &["عبدالمجيد"], latin: &["ABD3LM1jID", "ABD1LM1jID"] },
    Variants { arabic: &["عبداللطيف"], latin: &["ABD3LL1TIF", "ABD1LL1TIF"] },
    Variants {
        arabic: &["نورالدين"],
        latin: &["NuR1DINE?", "NuR1LDINE?", "NuR3DIN", "NuR3DEEN", "NuR1DEEN", "NuR1LDEEN"],
    },
    Variants { arabic: &["صلاحالدين"], latin: &["SALaH1DINE?", "SALaH1LDINE?", "SALaH3DIN", "SALaH3DEEN"] },
    Variants { arabic: &["قريشي"], latin: &["q3RySHi", "K3RySHi", "q3RESHI"] },
    Variants { arabic: &["صديقي"], latin: &["S2DDIqI", "S2DDIqUI", "SEDDIKI"] },
    Variants { arabic: &["منعم"], latin: &["M3N2IM", "M3NEEM", "M3NIM", "MONEIM", "MONEM"] },
    Variants {
        arabic: &["عبدالمنعم"],
        latin: &["ABD3LM3NEIM", "ABD1LM3NEIM", "ABD3LM3NIM", "ABD1LM3NIM", "ABD3LM3NEM", "ABD1LM3NEM"],
    },
    Variants { arabic: &["مجدي"], latin: &["M1jDi"] },
    Variants { arabic: &["نجوي"], latin: &["N1jWA", "N1jOUA"] },
    Variants { arabic: &["نجيب"], latin: &["N1jIB", "N1jEEB", "NAGUIB", "NEGIB"] },
    Variants { arabic: &["نجلاء"], latin: &["N1jLaA?", "N1jLA"] },
    Variants { arabic: &["الياس"], latin: &["2LIAS", "2LYAS", "ELIAS", "ILIES", "2LYES"] },
    Variants { arabic: &["شكري"], latin: &["s3KRi"] },
    Variants { arabic: &["شكر"], latin: &["s3KR"] },
    Variants { arabic: &["ضياء"], latin: &["zIaA?", "zIYaA?", "DHIA", "ZIA"] },
    Variants { arabic: &["الشهري"], latin: &["ALSHEHRi", "ALSHIHRi", "ALSHAHRi", "ELSHEHRi"] },
    Variants { arabic: &["شهري"], latin: &["SHEHRi", "SHIHRi", "SHAHRi"] },
    Variants { arabic: &["شيخ"], latin: &["sAIKH", "sEIKH", "sEYKH", "sAYKH"] },
    Variants { arabic: &["رمضان"], latin: &["R1M1zaN"] },
    Variants { arabic: &["شعبان"], latin: &["sAABAN", "sABAN", "CHAABANE"] },
    Variants { arabic: &["ربيع"], latin: &["R1BIA?", "R1BEE", "R1BIE"] },
    Variants { arabic: &["رفيق"], latin: &["R1FIq", "R1FEEq", "RAFIK"] },
    Variants { arabic: &["توفيق"], latin: &["T1WFIq", "TOUFIq", "T1OUFIq", "TAWFEEQ", "TEWFIK"] },
    Variants { arabic: &["صادق"], latin: &["SaD2q"] },
    Variants { arabic: &["صديق"], latin: &["S2DDIq", "SEDDIK", "SIDDEEQ"] },
    Variants { arabic: &["سامي"], latin: &["SaMi"] },
    Variants { arabic: &["رامي"], latin: &["RaMi"] },
    Variants { arabic: &["هاني"], latin: &["HaNi"] },
    Variants { arabic: &["غسان"], latin: &["GH1SaN"] },
    Variants { arabic: &["غازي"], latin: &["GHaZi"] },
    Variants { arabic: &["غالب"], latin: &["GHaL2B"] },
    Variants { arabic: &["بشير"], latin: &["B1sIR", "B1sEER"] },
    Variants { arabic: &["بشار"], latin: &["B1saR"] },
    Variants { arabic: &["زهير"], latin: &["Z3HyR", "ZOUHIR"] },
    Variants { arabic: &["عبير"], latin: &["ABIR", "ABEER"] },
    Variants { arabic: &["عادل"], latin: &["aD2L", "ADIL"] },
    Variants { arabic: &["عدنان"], latin: &["1DNaN"] },
    Variants { arabic: &["علوي"], latin: &["AL1Wi", "ALAOUI", "ALAWY"] },
    Variants { arabic: &["عاطف"], latin: &["aT2F"] },
    Variants { arabic: &["عصام"], latin: &["2SaM", "ESSAM", "ISSAM"] },
    Variants { arabic: &["عماد"], latin: &["2MaD", "EMAD", "IMED"] },
    Variants { arabic: &["جابر"], latin: &["jAB2R", "jAAB2R"] },
    Variants { arabic: &["جهاد"], latin: &["j2HaD", "JIHED"] },
    Variants { arabic: &["حاتم"], latin: &["HaT2M"] },
    Variants { arabic: &["حكيم"], latin: &["H1KIM", "H1KEEM"] },
    Variants { arabic: &["حليم"], latin: &["H1LIM", "H1LEEM"] },
    Variants { arabic: &["حسني"], latin: &["H3SNi"] },
    Variants { arabic: &["حمزه"], latin: &["H1MZAH?"] },
    Variants { arabic: &["دليله"], latin: &["D1LILAH?"] },
    Variants { arabic: &["دينا"], latin: &["DINA", "DEENA"] },
    Variants { arabic: &["ريم"], latin: &["RIM", "REEM"] },
    Variants { arabic: &["ريما"], latin: &["RIMA", "REEMA"] },
    Variants { arabic: &["سكينه"], latin: &["S3KyNAH?", "S3KINAH?", "SOUKAINA"] },
    Variants { arabic: &["سهام"], latin: &["S2HaM", "SIHEM"] },
    Variants { arabic: &["سهيل"], latin: &["S3HyL", "SOUHAIL", "SOHEIL"] },
    Variants { arabic: &["شادي"], latin: &["saDi"] },
    Variants { arabic: &["طه"], latin: &["TaHA"] },
    Variants { arabic: &["عبيد"], latin: &["OBAID", "UBAID", "OBEID", "UBAYD"] },
    Variants { arabic: &["عتيبي"], latin: &["OTAIBi", "UTAIBi", "OTEIBi"] },
    Variants { arabic: &["فايز"], latin: &["FaY2Z", "FaI2Z"] },
    Variants { arabic: &["فوزي"], latin: &["F1WZi", "FAOUZI", "FOUZI"] },
    Variants { arabic: &["لبني"], latin: &["L3BNAH?"] },
    Variants { arabic: &["لمياء"], latin: &["L1MIA", "L1MYA"] },
    Variants { arabic: &["مها"], latin: &["MAHA"] },
    Variants { arabic: &["ناديه"], latin: &["NaDIA", "NaDYA", "NaDIYA"] },
    Variants { arabic: &["نزار"], latin: &["N2ZaR"] },
    Variants { arabic: &["نواف"], latin: &["NAWaF", "NAWWAF", "NAOUAF"] },
    Variants { arabic: &["هدي"], latin: &["H3DAH?", "HOUDA"] },
    Variants { arabic: &["وسيم"], latin: &["W1SIM", "W1SEEM", "OUASSIM"] },
    Variants { arabic: &["يزيد"], latin: &["Y1ZID", "Y1ZEED"] },
    Variants { arabic: &["مشعل"], latin: &["M2SHAL", "M2SHAAL"] },
    Variants { arabic: &["مشاري"], latin: &["M2SHaRi"] },
    Variants { arabic: &["نايف"], latin: &["NaYEF", "NaYIF", "NaIF"] },
    Variants { arabic: &["تركي"], latin: &["TURKi"] },
    Variants { arabic: &["بندر"], latin: &["B1ND1R"] },
    Variants { arabic: &["سلطان"], latin: &["S3LTaN"] },
    Variants { arabic: &["خليفه"], latin: &["k1LIFAH?", "k1LEEFAH?"] },
    Variants { arabic: &["جاسم"], latin: &["jaS2M"] },
    Variants { arabic: &["مهند"], latin: &["M3H1NAD"] },
    Variants { arabic: &["فاديه"], latin: &["FaDIA", "FaDYA", "FaDIYA"] },
    Variants { arabic: &["شادن"], latin: &["saD2N"] },
    Variants { arabic: &["قابوس"], latin: &["QaBuS", "KaBuS"] },
    Variants { arabic: &["تميم"], latin: &["T1MIM", "T1MEEM"] },
    Variants { arabic: &["هيثم"], latin: &["HyT2M", "HyTH1M"] },
    Variants { arabic: &["صهيب"], latin: &["S3HyB"] },
    Variants { arabic: &["مصعب"], latin: &["M3SAAB", "M3SAB"] },
    Variants { arabic: &["ايوب"], latin: &["1Y3UB", "AYuB", "AYYuB"] },
    Variants { arabic: &["زكي"], latin: &["Z1Ki"] },
    Variants { arabic: &["غانم"], latin: &["GHaN2M"] },
    Variants { arabic: &["مبارك"], latin: &["M3BaR1K"] },
    Variants { arabic: &["منذر"], latin: &["M3Nz2R"] },
    Variants { arabic: &["ماهر"], latin: &["MaH2R"] },
    Variants { arabic: &["نصير"], latin: &["N1SIR", "N1SEER"] },
    Variants { arabic: &["مسعود"], latin: &["M1S3uD", "M1SAuD", "M1SuD", "M1SEOUD"] },
    Variants { arabic: &["داود"], latin: &["DawD", "DauD", "DAWuD"] },
    Variants { arabic: &["موسي"], latin: &["MuSA"] },
    Variants { arabic: &["عيسي"], latin: &["2SSA", "yISSA", "yS1", "yISA", "ISA"] },
    Variants { arabic: &["يحيي"], latin: &["Y1HIA", "Y1HYA", "Y1HIYA"] },
    Variants { arabic: &["زكريا"], latin: &["ZAKARIA", "ZAKARIYA", "ZAKARYA"] },
    Variants { arabic: &["سلوي"], latin: &["SALWA", "SALOUA"] },
    Variants { arabic: &["شهريار"], latin: &["SH1HRIaR", "SH1HRYaR"] },
    Variants { arabic: &["فريدون"], latin: &["F1RyDuN", "F2R2YDuN"] },
    Variants { arabic: &[], latin: &["KATH?1RINA", "CATH?1RINA"] },
    Variants { arabic: &[], latin: &["KATH?1R2NE", "CATH?1R2NE", "KATH1RYN", "CATH1RYN"] },
    Variants { arabic: &[], latin: &["NIC?K?H?OLAS"] },
    Variants { arabic: &[], latin: &["NIC?K?H?OLAOS"] },
    Variants { arabic: &[], latin: &["AL1XAND1R", "ALEXANDR", "AL1KSAND1R", "ALEKSANDR"] },
    Variants { arabic: &[], latin: &["OL2XAND1?R", "OL2KSAND1?R"] },
    Variants { arabic: &[], latin: &["AL1XANDRA", "AL1KSANDRA"] },
    Variants { arabic: &[], latin: &["MATT?H?EW"] },
    Variants { arabic: &[], latin: &["MATT?H?IAS"] },
    Variants { arabic: &[], latin: &["MIKHAEL", "MICHAEL", "MIKAEL"] },
    Variants { arabic: &[], latin: &["GEOFFREY", "GEOFFRY", "JEFFREY", "JEFFRY"] },
    Variants { arabic: &[], latin: &["STEPHEN", "STEVEN"] },
    Variants { arabic: &[], latin: &["KRISTOPHER", "CHRISTOPHER", "KRISTOFER"] },
    Variants { arabic: &[], latin: &["ELISABETH?", "ELIZABETH?"] },
    Variants { arabic: &[], latin: &["DIMITRIOS", "DEMETRIOS", "DIMITRYOS"] },
    Variants { arabic: &[], latin: &["GEVORG", "GEVORK", "KEVORK"] },
    Variants { arabic: &[], latin: &["HOVHANN?ES", "OVANES", "OHANNES"] },
    Variants { arabic: &[], latin: &["MUKHERJI", "MUKHERJEE", "MOOKERJEE", "MUKERJI"] },
    Variants {
        arabic: &[],
        latin: &["CHOWDHURY", "CHOUDHURY", "CHAUDHARY", "CHAUDHRY", "CHAUDHURI", "CHOUDHARY", "CHOWDHARY"],
    },
    Variants { arabic: &[], latin: &["YITZHAK", "ITZHAK", "YITZCHAK", "ITZIK", "YIZHAK", "IZHAK"] },
    Variants { arabic: &[], latin: &["SARGSYAN", "SARKISYAN", "SARKISIAN", "SARGSIAN", "SARKSYAN"] },
    Variants { arabic: &[], latin: &["HARUTYUNYAN", "ARUTYUNYAN", "HARUTIUNIAN", "AROUTIOUNIAN", "ARUTIUNIAN"] },
    Variants { arabic: &[], latin: &["GEORGIOS", "YEORYIOS", "YEORGIOS", "GIORGIOS"] },
    Variants { arabic: &[], latin: &["GIORGOS", "YIORGOS", "YORGOS", "GEORGOS"] },
    Variants { arabic: &[], latin: &["YURI", "YURY", "YURIY", "IURII", "YURII", "IURI", "JURI", "JURIJ", "YOURI"] },
    Variants { arabic: &[], latin: &["OLGA", "OLHA", "VOLHA"] },
    Variants { arabic: &[], latin: &["ZHANNA", "JANNA", "ZANNA"] },
    Variants { arabic: &[], latin: &["ZOI", "ZOE"] },
    Variants { arabic: &[], latin: &["CHAIM", "HAIM", "CHAYIM", "HAYIM"] },
    Variants { arabic: &[], latin: &["VENKATRAMAN", "VENKATARAMAN"] },
    Variants { arabic: &[], latin: &["MAHAPATRA", "MOHAPATRA"] },
    Variants { arabic: &[], latin: &["IYER", "AIYAR", "AIYER"] },
    Variants { arabic: &[], latin: &["AGARWAL", "AGGARWAL", "AGRAWAL"] },
    Variants { arabic: &[], latin: &["YULIA", "JULIA", "IULIIA", "YULIYA", "JULIJA", "IULIA", "YULIIA"] },
    Variants { arabic: &[], latin: &["YANA", "IANA", "JANA"] },
    Variants { arabic: &[], latin: &["DMITRI", "DMITRY", "DMITRII", "DMITRIY", "DIMITRI", "DMYTRO", "DMITRO"] },
    Variants { arabic: &[], latin: &["SERGEI", "SERGEY", "SERHII", "SERHIY", "SIARHEI", "SERGUEI"] },
    Variants { arabic: &[], latin: &["ANDREI", "ANDREY", "ANDRII", "ANDRIY", "ANDREJ"] },
    Variants { arabic: &[], latin: &["MIKHAIL", "MIHAIL", "MICHAIL", "MYKHAILO", "MYHAILO", "MYKHAYLO"] },
    Variants {
        arabic: &[],
        latin: &["EVGENY", "EVGENII", "EVGENIY", "YEVGENY", "YEVHEN", "YEVGENII", "IEVGEN", "EVGENIJ"],
    },
    Variants {
        arabic: &[],
        latin: &["EVGENIA", "EVGENIIA", "EVGENIYA", "YEVGENIA", "YEVGENIYA", "YEVHENIIA", "YEVHENIYA"],
    },
    Variants { arabic: &[], latin: &["NIKOLAI", "NIKOLAY", "NIKOLAJ", "NICOLAI"] },
    Variants { arabic: &[], latin: &["NATALIA", "NATALYA", "NATALIIA", "NATALIYA", "NATALJA", "NATALIJA"] },
    Variants { arabic: &[], latin: &["TATIANA", "TATYANA", "TATJANA", "TETIANA"] },
    Variants { arabic: &[], latin: &["VLADIMIR", "WLADIMIR", "VLADIMER"] },
    Variants { arabic: &[], latin: &["VOLODYMYR", "WOLODYMYR", "VOLODIMIR"] },
    Variants { arabic: &[], latin: &["KIRILL", "KIRIL", "KYRYLO", "KYRILL"] },
    Variants { arabic: &[], latin: &["GIORGI", "GEORGI", "GEORGY", "GEORGII", "GEORGIY"] },
    Variants { arabic: &[], latin: &["JOSEPH", "JOSEF", "YOSEF", "YOSSEF"] },
    Variants { arabic: &[], latin: &["PYOTR", "PETR", "PIOTR"] },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A length that no word of a pattern has costs no look at the pattern.
    #[test]
    fn tells_the_lengths_of_what_fits() {
        for (text, lengths) in [("MAHA", 4..=6), ("AMROU?", 4..=7), ("kaL2D", 5..=9), ("ABD3LAH?", 6..=12)] {
            assert_eq!(Pattern::new(0, text.as_bytes()).lengths, lengths, "{text}");
        }
    }

    #[test]
    fn tells_names_apart() {
        let are_one = |a: &str, b: &str| listed([a].into_iter()).meets(&listed([b].into_iter()));
        for (a, b) in [("MUHAMMAD", "MOHAMED"), ("HUSSEIN", "HUSAYN"), ("TAREK", "TARIQ"), ("NOUREDDINE", "NURUDDIN")] {
            assert!(are_one(a, b), "{a} {b}");
        }
        for (a, b) in [("MUHAMMAD", "MAHMUD"), ("SALEH", "SALAH"), ("AMER", "AMMAR"), ("KAMAL", "KAMEL")] {
            assert!(!are_one(a, b), "{a} {b}");
        }
        assert!(is_another("MAHMUD", "محمد"));
        assert!(!is_another("MOHAMED", "مُحَمَّد"));
        assert!(!is_another("ANYNAME", "محمد"));
    }
}
