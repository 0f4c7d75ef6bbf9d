//! The texts in German: plain, formal, "Sie".

use super::text::Text;

/// This text.
pub(super) const fn of(text: Text) -> &'static str {
    match text {
        Text::SignOut => "Abmelden",
        Text::SignInAgain => "Erneut anmelden",
        Text::More => "Weitere anzeigen",
        Text::Continue => "Weiter",
        Text::PostHeading => "Weiter zu {service}",
        Text::PostHelp => "Falls es nicht von selbst weitergeht, verwenden Sie bitte die Schaltfläche.",
        Text::ErrorReference => "Kennung für den Support: {reference} {time}",
        Text::NotFoundHeading => "Diese Seite gibt es nicht",
        Text::NotFoundText => "Die Adresse ist vielleicht unvollständig, oder die Seite wurde verschoben.",
        Text::UnavailableHeading => "Das ist zurzeit nicht verfügbar",
        Text::UnavailableText => {
            "Bei uns ist ein Fehler aufgetreten. Bitte warten Sie einen Moment, und versuchen Sie es dann \
             noch einmal."
        }
        Text::NotAdmittedHeading => "Sie können sich hier nicht anmelden",
        Text::RequestRefusedHeading => "Diese Anfrage kann nicht angenommen werden",
        Text::LoggedOutHeading => "Sie sind abgemeldet",
        Text::LoggedOutHereHeading => "Sie sind hier abgemeldet",
        Text::ChooseHeading => "Wählen Sie aus, wo Sie sich anmelden",
        Text::ChooseLead => "weiter zu {site}",
        Text::AlreadySignedInHeading => "Sie sind bereits angemeldet",
        Text::AlreadySignedInText => {
            "Sie sind bei {site} angemeldet. Ihr Browser hat dieselbe Anmeldung noch einmal gesendet; das \
             ändert nichts."
        }
        Text::AlreadySignedInTextNamed => {
            "Sie sind bei {site} als {person} angemeldet. Ihr Browser hat dieselbe Anmeldung noch einmal \
             gesendet; das ändert nichts."
        }
        Text::FormKeptHeading => "Ihr Formular wurde noch nicht gesendet",
        Text::FormKeptText => {
            "Sie sind bei {site} nicht mehr angemeldet. Diese Seite bewahrt Ihre Eingaben auf: Melden Sie \
             sich in einem anderen Fenster an, kehren Sie zu diesem zurück, und fahren Sie fort."
        }
        Text::FormSignIn => "In einem anderen Fenster anmelden",
        Text::FormReadyHeading => "Formular senden",
        Text::FormReadyText => {
            "Sie sind bei {site} wieder angemeldet. Ihre Eingaben wurden aufbewahrt und noch nicht gesendet."
        }
        Text::FormReadyTextNamed => {
            "Sie sind bei {site} als {person} angemeldet. Ihre Eingaben wurden aufbewahrt und noch nicht \
             gesendet."
        }
        Text::FormShow => "Anzeigen, was gesendet wird",
        Text::FormSend => "Senden",
        Text::FormLostHeading => "Ihr Formular wurde nicht gesendet",
        Text::FormLostText => {
            "Sie sind bei {site} nicht mehr angemeldet, und dieses Formular kann nicht aufbewahrt werden: Es \
             ist zu lang, oder es enthält Dateien. Melden Sie sich in einem anderen Fenster an, und gehen \
             Sie in diesem zurück: Ihr Browser hat Ihre Eingaben vielleicht noch. Wählen Sie Dateien erneut \
             aus, bevor Sie das Formular senden."
        }
        Text::FormOverHeading => "Dieses Formular kann nicht mehr gesendet werden",
        Text::FormOverText => {
            "Es wurde zu lange oder in einem anderen Browser aufbewahrt. Öffnen Sie die Seite des Formulars, \
             und füllen Sie es noch einmal aus."
        }
        Text::SignedInHeading => "Sie sind angemeldet",
        Text::SignedInText => "Schließen Sie dieses Fenster, und fahren Sie in dem mit Ihrem Formular fort.",
        Text::ErrorTryAgain => "Noch einmal versuchen",
        Text::ErrorStartPage => "Zur Startseite",
        Text::SignInFailedHeading => "Die Anmeldung ist fehlgeschlagen",
        Text::SignInFailedText => {
            "Die Antwort des Anmeldedienstes Ihrer Organisation kann nicht angenommen werden. Bitte beginnen \
             Sie von hier aus noch einmal."
        }
        Text::RequestIncompleteText => {
            "Sie ist unvollständig oder kam an einer Adresse an, für die sie nicht bestimmt ist. Bitte \
             beginnen Sie von hier aus noch einmal."
        }
        Text::SignOutFailedHeading => "Die Abmeldung konnte nicht abgeschlossen werden",
        Text::SignOutFailedText => {
            "Möglicherweise sind Sie bei anderen Diensten noch angemeldet. Schließen Sie zur Sicherheit alle \
             Fenster Ihres Browsers, oder versuchen Sie es noch einmal."
        }
        Text::OtherBrowserHeading => "Diese Anmeldung wurde anderswo begonnen",
        Text::OtherBrowserText => {
            "Eine Anmeldung muss in dem Browser enden, in dem sie begonnen wurde. Stellen Sie sicher, dass \
             Cookies erlaubt sind, und beginnen Sie von hier aus noch einmal."
        }
        Text::NotAdmittedByServiceText => {
            "Die Anmeldung bei Ihrer Organisation war erfolgreich, aber Ihr Konto ist für diesen Dienst \
             nicht zugelassen. Bitten Sie den Betreiber des Dienstes um Zugang."
        }
        Text::ServiceLoggedOutEverywhereText => {
            "Ihre Sitzung ist hier, bei Ihrer Organisation und bei den anderen Diensten beendet, die Sie \
             verwendet haben."
        }
        Text::ServiceLoggedOutPartlyText => {
            "Ihre Sitzung ist hier beendet, aber nicht alle anderen Dienste haben die Abmeldung bestätigt. \
             Schließen Sie alle Fenster Ihres Browsers, um auch die übrigen Sitzungen zu beenden."
        }
        Text::ServiceLoggedOutHereText => {
            "Ihre Sitzung ist hier beendet. Bei Ihrer Organisation sind Sie möglicherweise noch angemeldet: \
             Wenn andere dieses Gerät mitbenutzen, melden Sie sich auch dort ab, oder schließen Sie alle \
             Fenster Ihres Browsers."
        }
        Text::ErrorServices => "Zu Ihren Diensten",
        Text::LoginHeading => "Anmelden",
        Text::LoginTitleAfterError => "Fehler: Anmelden",
        Text::LoginLead => "weiter zu {service}",
        Text::LoginUserName => "Benutzername",
        Text::LoginPassword => "Passwort",
        Text::LoginShowPassword => "Passwort anzeigen",
        Text::LoginHidePassword => "Passwort verbergen",
        Text::LoginSubmit => "Anmelden",
        Text::LoginAddressBar => {
            "Bevor Sie Ihr Passwort eingeben, vergewissern Sie sich, dass die Adresszeile eine Ihnen \
             bekannte Adresse von {site} zeigt."
        }
        Text::LoginWrong => {
            "Der Benutzername oder das Passwort ist nicht richtig. Prüfen Sie beides, und versuchen Sie es \
             noch einmal."
        }
        Text::LoginThrottledSecond => {
            "Zu viele Versuche. Warten Sie eine Sekunde, und versuchen Sie es noch einmal."
        }
        Text::LoginThrottledSeconds => {
            "Zu viele Versuche. Warten Sie {seconds} Sekunden, und versuchen Sie es noch einmal."
        }
        Text::LoginThrottledMinute => {
            "Zu viele Versuche. Warten Sie eine Minute, und versuchen Sie es noch einmal."
        }
        Text::LoginThrottledMinutes => {
            "Zu viele Versuche. Warten Sie {minutes} Minuten, und versuchen Sie es noch einmal."
        }
        Text::LoginBusy => {
            "Gerade melden sich viele an. Warten Sie einige Sekunden und versuchen Sie es noch einmal."
        }
        Text::LoginSessionLost => "Diese Seite war zu lange geöffnet. Bitte melden Sie sich noch einmal an.",
        Text::HomeTitle => "Ihre Dienste",
        Text::HomeHeading => "Guten Tag, {person}",
        Text::HomeLead => {
            "Sie sind als {user_name} angemeldet. Wählen Sie einen Dienst aus; Sie werden nicht noch einmal \
             nach Ihrem Passwort gefragt."
        }
        Text::HomeLeadWithoutServices => {
            "Sie sind als {user_name} angemeldet. Öffnen Sie den Dienst, den Sie verwenden möchten: Sie \
             werden nicht noch einmal nach Ihrem Passwort gefragt."
        }
        Text::RequestOfServiceRefusedText => {
            "Der Dienst, von dem Sie kommen, hat eine Anfrage gestellt, die wir nicht annehmen können. Gehen \
             Sie zum Dienst zurück, und beginnen Sie noch einmal."
        }
        Text::UnknownServiceHeading => "Dieser Dienst ist hier nicht bekannt",
        Text::UnknownServiceText => {
            "Der Dienst, von dem Sie kommen, ist bei uns nicht registriert; deshalb können wir Sie dort \
             nicht anmelden."
        }
        Text::ExpiredHeading => "Diese Anmeldung ist beendet",
        Text::ExpiredText => {
            "Sie wurde schon abgeschlossen, oder sie hat zu lange gedauert. Öffnen Sie den Dienst, den Sie \
             verwenden wollten; falls Sie dort nicht angemeldet sind, beginnen Sie noch einmal."
        }
        Text::FormRefusedHeading => "Dieses Formular kann nicht angenommen werden",
        Text::FormRefusedText => {
            "Ihr Browser hat nicht gesendet, was wir erwartet haben. Stellen Sie sicher, dass Cookies \
             erlaubt sind, gehen Sie zurück, und versuchen Sie es noch einmal."
        }
        Text::NotAdmittedHereText => {
            "Ihr Benutzername und Ihr Passwort sind richtig, aber Ihr Konto darf sich hier nicht anmelden. \
             Bitten Sie den Betreiber dieses Dienstes um Zugang."
        }
        Text::ThrottledHeading => "Zu viele Anfragen",
        Text::ThrottledText => "Bitte warten Sie eine Minute, und versuchen Sie es noch einmal.",
        Text::ProviderLoggedOutEverywhereText => {
            "Sie wurden bei {site} und bei den Diensten abgemeldet, die Sie verwendet haben."
        }
        Text::ProviderLoggedOutPartlyText => {
            "Sie wurden bei {site} abgemeldet, aber nicht alle Dienste haben die Abmeldung bestätigt:"
        }
        Text::ProviderLoggedOutPartlyRest => {
            "Schließen Sie alle Fenster Ihres Browsers, um auch die übrigen Sitzungen zu beenden."
        }
        Text::ProviderLoggedOutHereText => {
            "Sie wurden bei {site} abgemeldet. Bei Diensten, die Sie verwendet haben, sind Sie \
             möglicherweise noch angemeldet: Melden Sie sich auch dort ab, oder schließen Sie alle Fenster \
             Ihres Browsers."
        }
    }
}
